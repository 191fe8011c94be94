"""The site script is small, stores nothing and sends nothing before the visitor acts."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.test import Client, override_settings
from playwright.sync_api import Page, expect

from crm.business.actions import create_key
from crm.contacts.models import Contact
from crm.events import keys
from crm.events.models import Event, Inbox
from engage import listen
from engage.embedded.waiting import until

PAGE = """<!doctype html><title>Beans</title><script src="{home}/w/{key}.js"></script>
<form><input type="search" name="q" aria-label="Search"><button>Find</button></form>"""


@contextmanager
def shop(html: str) -> Iterator[str]:
    """A shop's own web site, of another origin than ours."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def site_key() -> str:
    keys.forget_cached()
    return create_key(kind="site", name="shop")[1]


@pytest.mark.django_db
def test_it_is_small_sets_no_cookie_and_is_cached(client: Client) -> None:
    answer = client.get(f"/w/{site_key()}.js")

    assert answer.status_code == 200
    assert len(gzip.compress(answer.content)) <= 3 * 1024
    assert not answer.cookies
    assert "max-age=3600" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_key_that_is_no_site_key_has_no_script(client: Client) -> None:
    assert client.get(f"/w/{create_key(kind='write', name='x')[1]}.js").status_code == 404
    assert client.get("/w/unknown.js").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_nothing_is_stored_or_sent_before_an_act_and_everything_after(live_server, page: Page) -> None:
    key = site_key()
    html = PAGE.format(home=live_server.url, key=key)
    with override_settings(PUBLIC_URL=live_server.url), shop(html) as site:
        page.goto(f"{site}/beans")
        expect(page).to_have_title("Beans")
        page.wait_for_timeout(800)
        assert not Inbox.objects.exists()
        assert page.evaluate("localStorage.length") == 0
        assert page.context.cookies() == []

        page.get_by_label("Search").click()
        until(lambda: Inbox.objects.count() >= 1, "the first batch", 10)
        page.get_by_label("Search").fill("espresso")
        page.keyboard.press("Enter")
        until(lambda: Inbox.objects.filter(body__contains="espresso").exists(), "the search", 10)
    listen.run()

    assert {"Page Viewed", "Products Searched"} <= set(Event.objects.values_list("name", flat=True))
    assert Contact.objects.count() == 1
    assert page.context.cookies() == []
