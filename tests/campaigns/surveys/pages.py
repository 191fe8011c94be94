"""Reading and posting survey pages without a browser."""

import re
from html import unescape

from django.test import Client


def hidden(page: str, name: str = "form") -> str:
    return unescape(re.search(rf'name="{name}" value="([^"]*)"', page)[1])


def submit(client: Client, url: str, **answers: object):
    """Open the page as a browser does, then post its form with these answers."""
    page = client.get(url).content.decode()
    return client.post(url.partition("?")[0], {"form": hidden(page), **{f"q-{id}": v for id, v in answers.items()}})
