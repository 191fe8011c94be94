"""Going from page to page without a browser."""

import re
from html import unescape

from django.http import HttpResponse
from django.test import Client

from tests.campaigns.surveys.pages import hidden

MILK_RULE = {"property": "milk", "op": "is", "value": "oat milk"}


def begins(id: str, text: str = "", **fields: object) -> dict:
    return {"id": id, "type": "page", "text": text, **fields}


def go(client: Client, page: HttpResponse, *, do: str = "next", url: str = "/s/coffee/", **answers: object):
    """Fill in the form of a page and press a button."""
    said = {f"q-{id}": value for id, value in answers.items()}
    return client.post(url, {"form": hidden(page.content.decode()), "do": do, **said})


def resume_link(page: HttpResponse) -> str:
    return re.sub(r"^https?://[^/]+", "", unescape(re.search(r'href="([^"]*\?r=[^"]+)"', page.content.decode())[1]))


def says(page: HttpResponse, *texts: str) -> bool:
    words = unescape(page.content.decode())
    return all(text in words for text in texts)
