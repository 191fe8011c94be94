"""The page of what somebody was given: whoever has the link sees what it is good for, and nobody's name."""

from datetime import timedelta

import pytest
import time_machine

from campaigns.offers import actions
from campaigns.offers.links import offer_url
from crm.contacts.actions import erase
from engage.lib import clock
from tests import cast
from tests.campaigns.board.suggesting import said
from tests.campaigns.offers.offering import given, offered

pytestmark = pytest.mark.django_db


def path(one) -> str:
    return "/offer/" + offer_url(one).partition("/offer/")[2]


def test_it_says_what_it_is_the_code_and_until_when_and_nobodys_name(client, django_assert_num_queries) -> None:
    with time_machine.travel("2026-05-04T12:00:00Z", tick=False):
        mine = given(offered(words="One bag.\nAny roast.", lasts_days=14), cast.alice(), reason="Her parcel was late")
        page = client.get(path(mine))
    shown = said(page)
    assert "A bag of beans" in shown and mine.code in shown and "Good until 18 May 2026" in shown and "<svg" in shown
    assert "Alice" not in shown and "alice@" not in shown and "parcel" not in shown and not client.cookies
    assert page["Referrer-Policy"] == "no-referrer" and page["X-Robots-Tag"] == "noindex"
    assert client.head(path(mine)).status_code == 200 and client.post(path(mine)).status_code == 405
    mine.refresh_from_db()
    assert mine.used is None


def test_it_says_that_it_was_used_or_is_too_late(client) -> None:
    at = clock.now()
    used, late = given(offered(), cast.alice()), given(offered("Late", closes=at + timedelta(days=1)), cast.bob())
    actions.use(given=used, by="Ada", at=at)
    page = said(client.get(path(used)))
    assert "Used on" in page and "Ada" not in page and "Copy" not in page and "<svg" not in page
    with time_machine.travel(at + timedelta(days=2), tick=False):
        page = said(client.get(path(late)))
    assert "This was good until" in page and "<svg" not in page


def test_a_code_for_everybody_and_no_code_at_all(client) -> None:
    shared, bare = offered("Ten off", coding="shared", shared="SPRING<10>"), offered("A seat", coding="none")
    assert "SPRING<10>" in said(client.get(path(given(shared, cast.alice()))))
    page = said(client.get(path(given(bare, cast.bob()))))
    assert "Show this at the counter" in page and "Copy the code" not in page and "<svg" in page


@pytest.mark.parametrize("token", ["x", "a" * 32, "-" * 32, "a" * 5000, "%00", "é", "..%2f..%2fadmin"])
def test_what_was_not_made_here_leads_nowhere(client, db, token) -> None:
    page = client.get(f"/offer/{token}/")
    assert page.status_code == 404 and (token.startswith("..") or "There is nothing here" in said(page))


def test_words_are_words_and_what_is_erased_is_gone(client) -> None:
    alice = cast.alice()
    mine = given(offered("<script>alert(1)</script>", words="<img src=x onerror=alert(1)>"), alice)
    page = client.get(path(mine)).content
    assert b"<script>alert" not in page and b"<img src=x" not in page
    erase(contact=alice, by="customer", at=clock.now())
    assert client.get(path(mine)).status_code == 404
