"""Pages of the shell itself: every part of paper, signing in, errors; all of them under the strict policy."""

import re

import pytest
from django.contrib.messages import get_messages
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from crm.business import actions
from engage.lib import clock
from tests import cast

INLINE = re.compile(
    r"""<[^>]+\s(style|on\w+)\s*=|<(script|style)(?![^>]*\b(nonce|src)=)(?![^>]*type="application/json")"""
)
FOREIGN = re.compile(r"""<(?:link|script|img|iframe)[^>]+(?:href|src)=["']?(?:https?:)?//""")


def strict(html: str) -> bool:
    return not INLINE.search(html) and not FOREIGN.search(html)


@pytest.fixture
def olga(client: Client, db) -> Client:
    client.force_login(cast.olga())
    return client


@pytest.fixture
def debugging(olga: Client, settings) -> None:
    olga.get(reverse("healthz"))  # middleware is made at the first request, and would warn of DEBUG
    settings.DEBUG = True


@pytest.mark.usefixtures("debugging")
def test_everything_on_paper_is_shown_and_keeps_the_policy(olga: Client) -> None:
    page = olga.get(reverse("paper")).content.decode()
    assert strict(page)
    for sign in ("●", "○", "◌", "told us", "noticed", "guessed"):
        assert sign in page


def test_the_page_of_everything_is_for_our_eyes_only(olga: Client) -> None:
    assert olga.get(reverse("paper")).status_code == 404


@pytest.mark.usefixtures("debugging")
def test_a_toast_can_be_undone(olga: Client) -> None:
    page = olga.get(reverse("paper")).content.decode()
    assert "Forgotten: oat milk." in page
    assert f'<form method="post" action="{reverse("paper")}">' in page
    assert not list(get_messages(olga.get(reverse("home")).wsgi_request))


@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "account_logout"])
def test_signing_in_keeps_the_policy(client: Client, db, name: str) -> None:
    if name == "account_logout":
        client.force_login(cast.olga())
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert strict(answer.content.decode())


@pytest.mark.parametrize("name", ["mfa_index", "account_change_password", "usersessions_list"])
def test_an_account_is_managed_inside_the_frame(client: Client, db, name: str) -> None:
    olga = cast.olga()
    client.post(reverse("account_login"), {"login": olga.email, "password": "correct horse battery"})
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'class="shell"' in page
    assert strict(page)


def test_nobody_signs_up_alone(client: Client, db) -> None:
    assert "form" not in re.findall(r"<(\w+)", client.get(reverse("account_signup")).content.decode())


def test_a_wrong_password_comes_back_beside_the_form(client: Client, db) -> None:
    cast.olga()
    answer = client.post(reverse("account_login"), {"login": "olga@team.example", "password": "wrong horse"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "errorlist" in page
    assert 'value="olga@team.example"' in page


def test_whoever_tries_too_often_to_sign_in_reads_that_they_shall_wait(client: Client, db) -> None:
    said = {"login": "nobody@team.example", "password": "wrong horse"}
    for _try in range(40):
        answer = client.post(reverse("account_login"), said, REMOTE_ADDR="203.0.113.77")
        if answer.status_code == 429:
            break
    page = answer.content.decode()
    assert answer.status_code == 429
    assert "Too many tries" in page and "Wait a few minutes" in page
    assert strict(page)


@pytest.mark.parametrize("code", [400, 403, 404, 429, 500, "403_csrf"])
def test_an_error_says_what_is_safe_and_where_to_go(code: object) -> None:
    page = render_to_string(f"{code}.html")
    assert strict(page)
    assert '<a class="button" href="/">' in page
    assert "!" not in re.sub(r"<[^>]*>", "", page.split("<main", 1)[1])


def test_customers_pages_read_no_user_and_set_no_cookie(db) -> None:
    actions.update_business(by="test", at=clock.now(), name="Quay Lane", colour="#FFD400", postal_address="4 Quay Lane")
    request = RequestFactory().get("/")

    class Untouchable:
        def __getattr__(self, name: str) -> None:
            raise AssertionError(f"a customers' page read request.user.{name}")

    request.user = Untouchable()
    page = render_to_string("customer/base.html", {"lang": "es"}, request)
    assert '<html lang="es"' in page
    assert "--on-shop: #1F2622" in page
    assert "4 Quay Lane" in page
    assert strict(page)
    assert not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
