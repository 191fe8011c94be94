"""A backtest finds the boundaries that people passed, as the belts would have told them."""

from datetime import timedelta

import pytest

from campaigns.journeys.backtest.history import people
from campaigns.journeys.models import Journey
from campaigns.journeys.parse import parse
from crm.contacts.models import Contact
from crm.preferences.models import PreferenceKey
from crm.preferences.statement import Statement
from crm.preferences.stating import state
from engage.lib import clock
from tests.cast import alice
from tests.engage.starts import DAY, HOUR, begun, does, later, says, starts_on
from tests.engage.test_starts_by_date import born

pytestmark = pytest.mark.django_db


def would_have(journey: Journey, days: int = 400) -> list[dict]:
    """The properties of each event that would have begun it until now."""
    definition, now = parse(journey.draft), clock.now()
    contacts = list(Contact.objects.order_by("pk").values_list("pk", flat=True))
    found = people(definition, contacts, since=now - days * DAY, until=now, besides="journey:x")
    trigger = definition.trigger
    return [dict(e.properties) for p in found for e in p.events if e.name == trigger.event and p.fits(trigger.rule, e)]


def test_carts_that_were_left():
    journey = starts_on("Cart Left", says("hours", 4))
    does("Checkout Started", ago=20 * DAY, cart_id="left")
    does("Checkout Started", ago=10 * DAY, cart_id="bought")
    does("Order Completed", ago=10 * DAY - 3 * HOUR, order_id="o1", total=5)
    does("Product Added", ago=5 * DAY, cart_id="filled")
    does("Checkout Started", ago=5 * DAY - HOUR, cart_id="then left")
    does("Checkout Started", ago=HOUR, cart_id="not yet")
    assert [said["cart_id"] for said in would_have(journey)] == ["left", "then left"]


@pytest.mark.parametrize("event", ["Order Completed", "Signed In"])
def test_people_who_stayed_away(event):
    journey = starts_on("Stayed Away", says("event", event), says("days", 60))
    for number, ago in enumerate((300, 290, 200, 30)):
        does(event, ago=ago * DAY, order_id=f"o{number}", total=5)
    lasts = [said["last"][:10] for said in would_have(journey)]
    assert lasts == [str((clock.now() - ago * DAY).date()) for ago in (290, 200)]


def test_birthdays_of_two_years():
    journey = starts_on("Date Came", says("key", "birthday"), says("yearly", True), says("shift", -1))
    born("Ann", f"1990-{clock.now() - 10 * DAY:%m-%d}", "UTC")
    assert len(would_have(journey, days=740)) == 2


def test_what_went_stale_unless_it_was_said_anew():
    journey, person = starts_on("Preference Stale", says("key", "milk")), alice()
    PreferenceKey.objects.create(key="milk", label="Milk", fresh_days=30)
    said = {"contact": person.pk, "recorded_for": person.pk, "kind": "stated", "source_kind": "survey"}
    for value, ago in (("oat milk", 100), ("soy milk", 20)):
        at = clock.now() - ago * DAY
        state(Statement(key="milk", value=value, at=at, **said), at=at)
    assert [one["value"] for one in would_have(journey)] == ["oat milk"]


def test_it_finds_what_the_belts_told():
    journey = starts_on("Cart Left", says("hours", 4))
    for number in range(5):
        does("Checkout Started", ago=timedelta(hours=2 * number), who=f"u{number}", cart_id=str(number))
    later(timedelta(0))
    told = sorted(said["cart_id"] for said in begun(journey))
    assert told == sorted(said["cart_id"] for said in would_have(journey)) == ["2", "3", "4"]
