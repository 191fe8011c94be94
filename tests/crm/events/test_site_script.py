"""The site script is small, stores nothing and sends nothing before the visitor acts."""

import gzip

import pytest
from django.test import Client, override_settings
from playwright.sync_api import Page, Route, expect

from crm.business.actions import create_key
from crm.contacts.models import Contact
from crm.events import keys
from crm.events.models import Event
from engage import listen

PAGE = """<!doctype html><title>Beans</title><script src="{home}/w/{key}.js"></script>
<form><input type="search" name="q" aria-label="Search"><button>Find</button></form>"""


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
    key, sent = site_key(), []
    html = PAGE.format(home=live_server.url, key=key)

    def shop(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html")

    with override_settings(PUBLIC_URL=live_server.url):
        page.route("http://127.0.0.2:8999/**", shop)
        page.on("request", lambda request: sent.append(request.url) if "/v1/" in request.url else None)
        page.goto("http://127.0.0.2:8999/beans")
        expect(page).to_have_title("Beans")
        page.wait_for_timeout(800)
        assert sent == []
        assert page.evaluate("localStorage.length") == 0
        assert page.context.cookies() == []

        with page.expect_request("**/v1/b"):
            page.get_by_label("Search").click()
        page.get_by_label("Search").fill("espresso")
        with page.expect_request("**/v1/b"):
            page.keyboard.press("Enter")
        page.wait_for_timeout(500)
    listen.run()

    assert {"Page Viewed", "Products Searched"} <= set(Event.objects.values_list("name", flat=True))
    assert Contact.objects.count() == 1
    assert page.context.cookies() == []
