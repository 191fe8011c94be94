"""Many people and events, by COPY."""

import pytest

from crm.contacts.models import Contact, Identity
from crm.events.models import Event
from engage.seeds.worlds import sow

pytestmark = pytest.mark.django_db


def test_a_busy_home_has_as_many_people_and_events_as_were_asked_for() -> None:
    sow("busy", lambda _line: None, contacts=300, events=2_000)
    assert Contact.objects.count() == Identity.objects.count() == 300
    assert Event.objects.count() == 2_000
    assert Event.objects.filter(history=False).count() == 0
    assert Event.objects.values("contact").distinct().count() == 300
    assert Contact.objects.create(name="The next one").pk > Contact.objects.order_by("-pk")[1].pk


def test_nobody_does_nothing() -> None:
    sow("busy", lambda _line: None, contacts=0, events=10)
    assert not Contact.objects.exists() and not Event.objects.exists()
