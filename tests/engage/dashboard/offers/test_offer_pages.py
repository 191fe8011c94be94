"""Offers in the dashboard: made, given by hand, looked up at the counter, marked as used."""

import csv
import io
import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from campaigns.offers.links import offer_url
from campaigns.offers.models import Given, Offer
from crm.contacts.actions import erase
from engage.lib import clock
from tests import cast
from tests.campaigns.board.suggesting import said
from tests.campaigns.offers.offering import given, now, offered
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db
TERMS = {"name": "A bag of beans", "words": "One bag.", "coding": "own", "lasts_days": "14", "most": "100"}


@pytest.fixture
def max_(client):
    person = cast.max_()
    client.force_login(person)
    return person


def url(name: str, *args) -> str:
    return reverse(name, args=args)


def test_an_offer_is_made_in_one_form_changed_stopped_and_goes_on(client, max_) -> None:
    assert "given by a journey, a contest or by hand" in said(client.get(url("offers")))
    page = client.post(url("new_offer"), TERMS, follow=True)
    offer = Offer.objects.get()
    assert "Nobody yet" in said(page) and offer.key in said(page)
    assert (offer.coding, offer.lasts_days, offer.most, offer.by) == ("own", 14, 100, str(max_))
    client.post(url("offer_given", offer.uid), {**TERMS, "name": "Two bags", "most": "", "closes": "2099-06-01T18:00"})
    assert now(offer).closes.year == 2099
    assert (now(offer).name, now(offer).most) == ("Two bags", None)
    assert "Go on giving it" in said(client.post(url("stop_offer", offer.uid), follow=True))
    assert "stopped" in said(client.get(url("offers")))
    client.post(url("go_on_offer", offer.uid))
    assert now(offer).stopped is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "\u200b"},
        {"name": "x" * 121},
        {"coding": "shared"},
        {"coding": "shared", "shared": "\u200b"},
        {"coding": "listed"},
        {"coding": "listed", "listed": "schön"},
        {"coding": "listed", "listed": "x" * 41},
        {"coding": "other"},
        {"lasts_days": "-1"},
        {"lasts_days": "9" * 30},
        {"most": "0"},
        {"most": "9" * 30},
        {"closes": "2001-01-01T10:00"},
        {"closes": "0001-01-01T00:00"},
        {"closes": "soon"},
        {"name": "\x00"},
        {"name": "TAKEN"},
    ],
)
def test_what_makes_no_sense_comes_back_with_what_was_written(client, max_, wrong) -> None:
    offered("Taken")
    page = client.post(url("new_offer"), TERMS | wrong)
    assert page.status_code == 400 and Offer.objects.count() == 1 and "One bag." in said(page)


def test_a_name_that_is_taken_and_codes_that_are_none_change_nothing(client, max_) -> None:
    offered("Taken")
    offer = offered(coding="listed", listed="TILL-1")
    assert client.post(url("offer_given", offer.uid), {**TERMS, "name": "taken"}).status_code == 400
    assert now(offer).name == "A bag of beans"
    page = client.post(url("more_codes", offer.uid), {"listed": "schön"})
    assert page.status_code == 400 and "Not a code: schön" in said(page)
    assert client.post(url("more_codes", offer.uid), {"listed": ""}).status_code == 400
    assert client.post(url("more_codes", offered("Own").uid), {"listed": "A"}).status_code == 400
    assert "2 new codes" in said(client.post(url("more_codes", offer.uid), {"listed": "till-1 B C"}, follow=True))
    assert "3 codes left" in said(client.get(url("offer_given", offer.uid)))


def test_a_colleague_gives_one_person_something_once_and_says_why(client, max_, alice) -> None:
    page = client.get(url("give_to_person", alice.uid))
    assert "make an offer first" in said(page)
    offer = offered(most=1)
    form = said(client.get(url("give_to_person", alice.uid)))
    press = re.search(r'name="press" value="([^"]+)"', form)[1]
    sent = {"offer": offer.key, "reason": "Her parcel came late", "press": press}
    for _twice in range(2):
        page = client.post(url("give_to_person", alice.uid), sent, follow=True)
    [one] = Given.objects.all()
    assert (one.reason, one.by, one.contact) == ("Her parcel came late", str(max_), alice)
    assert one.code in said(page) and offer_url(one) in said(page) and "Her parcel came late" in said(page)
    sold_out = client.post(url("give_to_person", alice.uid), {**sent, "press": str(uuid4())})
    assert sold_out.status_code == 400 and "As many as there are" in said(sold_out)
    person = said(client.get(url("person", alice.uid)))
    assert "Was given" in person and "Given to them" in person and url("given", one.uid) in person


@pytest.mark.parametrize(
    "wrong",
    [{"offer": "none"}, {"offer": "\x00"}, {"reason": ""}, {"reason": "x" * 201}, {"press": "x"}, {"press": ""}],
)
def test_what_cannot_be_given_is_not(client, max_, alice, wrong) -> None:
    sent = {"offer": offered().key, "reason": "Thanks", "press": str(uuid4())}
    assert client.post(url("give_to_person", alice.uid), sent | wrong).status_code == 400 and not Given.objects.exists()


def test_nothing_is_given_to_whoever_is_erased(client, max_, alice) -> None:
    erase(contact=alice, by="owner", at=clock.now())
    assert client.get(url("give_to_person", alice.uid)).status_code == 404


def test_at_the_counter_a_code_says_whose_it_is_and_is_marked_as_used(client, ada, alice) -> None:
    one = given(offered(words="One bag."), alice, reason="Her parcel came late")
    typed = f" {one.code[:4].lower()} {one.code[4:].lower()} "
    page = client.post(url("counter"), {"code": typed}, follow=True)
    assert page.redirect_chain == [(url("given", one.uid), 302)]
    shown = said(page)
    assert "good" in shown and "Alice Moreau" in shown and "Her parcel came late" in shown and "Mark as used" in shown
    page = client.post(url("use_given", one.uid), follow=True)
    assert "Marked as used." in said(page) and f"{ada} marked it" in said(page)
    again = client.post(url("use_given", one.uid), follow=True)
    assert "It was used already" in said(again) and now(one.offer).used_count == 1
    client.post(url("undo_given", one.uid))
    assert now(one.offer).used_count == 0
    by_link = client.post(url("counter"), {"code": offer_url(one)})
    assert by_link.url == url("given", one.uid)


def test_what_is_late_is_said_and_can_be_marked_all_the_same(client, ada, alice) -> None:
    one = given(offered(closes=clock.now() + timedelta(days=1)), alice)
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        cast_again = said(client.get(url("given", one.uid)))
        assert "It was good until" in cast_again and "Mark as used all the same" in cast_again
        client.post(url("use_given", one.uid))
    assert Given.objects.get().used is not None


def test_one_code_for_everybody_and_one_of_two_offers_are_told_apart(client, ada, alice, bob) -> None:
    given(offered("Ten off", coding="shared", shared="SPRING10"), alice)
    both = [
        given(offered(name, coding="listed", listed="TILL-1"), person)
        for name, person in (("One", alice), ("Two", bob))
    ]
    assert "the code that everybody has" in said(client.post(url("counter"), {"code": "spring10"}))
    page = said(client.post(url("counter"), {"code": "till-1"}))
    assert all(url("given", one.uid) in page for one in both)


@pytest.mark.parametrize(
    "code", ["NOTHING1", "<script>alert(1)</script>", "\x00", "' OR 1=1 --", "é" * 400, "x" * 9000]
)
def test_codes_that_are_none_are_found_nowhere_and_break_nothing(client, ada, code) -> None:
    page = client.post(url("counter"), {"code": code})
    assert page.status_code in (400, 404) and b"<script>alert" not in page.content
    assert client.post(url("counter"), {}).status_code == 400


def test_who_was_given_it_is_a_file_that_no_spreadsheet_takes_for_formulas(client, max_) -> None:
    offer, eve = offered(), cast.contact("=cmd()", "eve@shop.example")
    one = given(offer, eve, "hand:1", reason="+1")
    page = client.get(url("given_file", offer.uid))
    [row] = csv.DictReader(io.StringIO(b"".join(page.streaming_content).decode()))
    assert row["person"] == "'=cmd()" and row["why"] == "'+1" and row["code"] == one.code and row["used"] == ""
    assert page["Content-Disposition"].startswith(f'attachment; filename="{offer.key}-')


def test_why_somebody_has_it_is_said_in_words(client, max_, alice) -> None:
    offer = offered()
    for cause in (f"contest:{uuid4()}:2", f"enrolment:{uuid4()}:give", "api:order 7"):
        given(offer, alice, cause, by="Welcome")
    given(offer, alice, f"contest:{uuid4()}:3:passed", reason="Best latte")
    page = said(client.get(url("offer_given", offer.uid)))
    for words in ("Prize, place 2", "Place 3 in “Best latte”", "Journey “Welcome”", "By your system: order 7"):
        assert words in page


def test_a_page_costs_the_same_however_many_were_given(client, max_) -> None:
    offer = offered(coding="listed", listed=" ".join(f"C{n}" for n in range(60)))
    given(offer, cast.alice())
    few = [queries_of(client, page) for page in (url("offers"), url("offer_given", offer.uid))]
    for n in range(55):
        given(offer, cast.contact(f"Guest {n}"), f"test:{n}-")
    offered("Another", coding="listed", listed="X")
    assert [queries_of(client, page) for page in (url("offers"), url("offer_given", offer.uid))] == few
    page = said(client.get(url("offer_given", offer.uid)))
    last = re.search(r"\?before=(\d+)", page)[1]
    older = said(client.get(url("offer_given", offer.uid), {"before": last}))
    assert "Alice Moreau" in older and "Alice Moreau" not in page
    for before in ("x", "9" * 30, "-1", "²"):
        assert client.get(url("offer_given", offer.uid), {"before": before, "show": "'"}).status_code == 200
    assert "Nobody fits" in said(client.get(url("offer_given", offer.uid), {"show": "used"}))


def test_agents_look_up_and_mark_and_make_and_give_nothing(client, ada, alice) -> None:
    offer = offered(coding="listed", listed="A B")
    one = given(offer, alice)
    for page in (url("offers"), url("new_offer"), url("offer_given", offer.uid), url("given_file", offer.uid)):
        assert client.get(page).status_code == 403
    for page in (
        url("new_offer"),
        url("offer_given", offer.uid),
        url("more_codes", offer.uid),
        url("stop_offer", offer.uid),
        url("go_on_offer", offer.uid),
        url("give_to_person", alice.uid),
    ):
        assert client.post(page, TERMS).status_code == 403
    person = said(client.get(url("person", alice.uid)))
    assert url("given", one.uid) in person and "Give something" not in person
    assert "At the counter" in said(client.get(url("people")))
    assert client.get(url("use_given", one.uid)).status_code == 405 and Given.objects.get().used is None


def test_strangers_see_nothing(client, alice) -> None:
    one = given(offered(), alice)
    for page in (url("counter"), url("given", one.uid), url("offers"), url("given_file", one.offer.uid)):
        assert client.get(page).status_code == 302
    for page in (url("counter"), url("new_offer"), url("use_given", one.uid), url("give_to_person", alice.uid)):
        assert client.post(page, {"code": one.code}).status_code == 302
    assert Given.objects.get().used is None
