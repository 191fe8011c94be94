"""Many people and events, by COPY."""

import pytest
from django.db.models import Count

from crm.catalog.models import Order
from crm.contacts.models import Consent, Contact, Identity
from crm.events.models import Event
from crm.preferences.models import Preference
from crm.rules import parse
from crm.segments import queries
from crm.segments.models import Segment
from engage.lib import clock, sql
from engage.seeds.busy import fill
from engage.seeds.worlds import sow

pytestmark = pytest.mark.django_db


def quietly(_line: str) -> None:
    """Says nothing."""


def test_a_busy_home_has_as_many_people_and_events_as_were_asked_for() -> None:
    sow("busy", quietly, contacts=300, events=2_000)
    assert Contact.objects.count() == Identity.objects.filter(kind="email").count() == 300
    assert Event.objects.count() == 2_000
    assert Event.objects.filter(history=False).count() == 0
    assert Order.objects.count() == Event.objects.filter(name="Order Completed").count() > 0
    assert 0 < Preference.objects.count() < 300 and 0 < Consent.objects.count() < 300
    assert Contact.objects.create(name="The next one").pk > Contact.objects.order_by("-pk")[1].pk


@pytest.mark.parametrize("before", [1, 12_345, 3_000_000])
def test_it_is_spread_as_in_a_shop(before: int) -> None:
    """However many people were here before."""
    sql.rows("SELECT setval(pg_get_serial_sequence('crm_contacts_contact', 'id'), %s)", [before])
    sow("busy", quietly, contacts=300, events=6_000)
    each = sorted(Event.objects.values("contact").annotate(n=Count("id")).values_list("n", flat=True))
    assert sum(each[-30:]) > 6_000 / 4, "a tenth of the people does more than a quarter of it"
    [(months,)] = sql.rows("SELECT count(DISTINCT tableoid) FROM crm_events_event")
    assert months >= 12
    [(unsorted,)] = sql.rows("SELECT count(*) FROM crm_events_event_default")
    assert unsorted == 0
    counts = {group.ready: queries.count(parse(group.rule), at=clock.now()) for group in Segment.objects.all()}
    assert all(0 < count < 300 for count in counts.values()), counts


def test_more_people_come_to_those_who_are_there() -> None:
    sow("busy", quietly, contacts=20, events=100)
    fill(contacts=30, events=200, say=quietly)
    assert Contact.objects.count() == 50 and Event.objects.count() == 300


def test_nobody_does_nothing() -> None:
    sow("busy", quietly, contacts=0, events=10)
    assert not Contact.objects.exists() and not Event.objects.exists()
