"""The clocks as colleagues see them: in the lists, in a conversation and as a filter, from the third agent on."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from crm.business.actions import update_business
from crm.business.models import Business, User
from crm.dialogue.actions import say
from crm.dialogue.models import Clock, Conversation
from engage.lib import clock
from tests import cast
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TARGETS = {"answer_within": "4", "settle_within": "20.5", "escalate_to": ""}


@pytest.fixture
def olga(client: Client) -> Client:
    client.force_login(cast.olga())
    return client


def agents(count: int) -> None:
    for n in range(count):
        cast.colleague(f"Agent{n}", User.Role.AGENT)
    update_business(by="Olga", at=cast.NOON, answer_within=4 * HOUR, settle_within=40 * HOUR)


def talks() -> None:
    """One that is late, one that is due soon, one that has time; whatever the hour is at which this runs."""
    now = clock.now()
    for name, soon, due in (("Late Lane", -2, -1), ("Soon Stone", -1, 1), ("Fine Field", 5, 9)):
        talk = say(contact=cast.contact(name), text="Hello?", channel="site", at=now - 3 * HOUR).conversation
        moments = {"answer_soon": now + soon * HOUR, "answer_due": now + due * HOUR + timedelta(minutes=30 * (due > 0))}
        Clock.objects.filter(conversation=talk).update(**moments, settle_soon=None, settle_due=None)


def shown(client: Client, **query: str) -> list[str]:
    page = client.get(reverse("inbox", query=query)).content.decode()
    return [name for name in ("Late Lane", "Soon Stone", "Fine Field") if name in page]


def test_lists_show_what_is_late_and_soon_and_are_narrowed_by_it(olga):
    agents(3), talks()
    page = olga.get(reverse("inbox")).content.decode()
    assert page.count("Answer late by") == 1 and page.count("Answer due") == 1
    assert (shown(olga, late="1"), shown(olga, soon="1")) == (["Late Lane"], ["Soon Stone"])
    assert len(shown(olga)) == 3


def test_a_conversation_shows_by_when_it_is_to_be_answered(olga):
    agents(3), talks()
    page = olga.get(reverse("conversation", args=[Conversation.objects.get(contact__name="Fine Field").uid]))
    assert "Answer due" in page.content.decode()


def test_before_the_third_agent_nothing_of_it_is_seen(olga):
    agents(2), talks()
    page = olga.get(reverse("inbox")).content.decode()
    assert "Answer late" not in page and "Due soon" not in page
    assert len(shown(olga, late="1")) == 3
    late = Conversation.objects.get(contact__name="Late Lane").uid
    assert "Answer late" not in olga.get(reverse("conversation", args=[late])).content.decode()
    assert "How long people wait" not in olga.get(reverse("settings_hours")).content.decode()
    assert olga.post(reverse("change_targets"), TARGETS).status_code == 404


def test_the_owner_sets_how_long_people_may_wait_and_who_hears(olga):
    agents(3)
    named = User.objects.get(name="Agent1")
    assert olga.post(reverse("change_targets"), TARGETS | {"escalate_to": named.uid}).status_code == 302
    shop = Business.objects.get()
    assert (shop.answer_within, shop.settle_within, shop.escalate_to) == (4 * HOUR, 20.5 * HOUR, named)
    page = olga.get(reverse("settings_hours")).content.decode()
    assert 'value="20.5"' in page and f'value="{named.uid}" selected' in page
    assert "Hours until an answer" in olga.get(reverse("settings_changes")).content.decode()
    olga.post(reverse("change_targets"), {})
    assert Business.objects.get().answer_within is None


@pytest.mark.parametrize("wrong", ["0", "-1", "x", "NaN", "1e9", "401", "\x00"])
def test_hours_that_cannot_be_are_refused(olga, wrong):
    agents(3)
    assert olga.post(reverse("change_targets"), TARGETS | {"answer_within": wrong}).status_code == 400
    assert olga.post(reverse("change_targets"), TARGETS | {"escalate_to": wrong}).status_code == 400
    assert Business.objects.get().answer_within == 4 * HOUR


def test_who_wants_a_person_and_got_none_is_a_filter(olga):
    say(contact=cast.alice(), text="a person please", channel="site", at=cast.NOON)
    say(contact=cast.bob(), text="Hello?", channel="site", at=cast.NOON)
    page = olga.get(reverse("inbox", query={"wanted": 1})).content.decode()
    assert "Alice Moreau" in page and "Bob Stone" not in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def test_its_pages_are_looked_at(browser: Browser, run_web, size, scheme):
    olga = cast.olga()
    agents(3), talks()
    url = run_web()
    page = signed_in(browser, url, olga, size, scheme).new_page()
    late = Conversation.objects.get(contact__name="Late Lane").uid
    for name, path in [
        ("inbox", reverse("inbox")),
        ("talk", reverse("conversation", args=[late])),
        ("targets", reverse("settings_hours")),
    ]:
        page.goto(url + path)
        looked_at(page, f"clocks-{name}-{size['width']}-{scheme}")
