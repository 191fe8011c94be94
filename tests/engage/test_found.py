"""Each branch of a walk keeps what its conditions found when it was decided."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from campaigns.journeys.models import Visit
from crm.contacts.models import Contact
from crm.preferences.actions import Statement, remember
from engage import walk
from tests import cast
from tests.campaigns.journeys.happenings import Happening, enrolled, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import scenario
from tests.cast import NOON, alice

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
IN_BRITAIN = {"field": "contact.country", "op": "is", "value": "GB"}
TWICE = {"did": "event", "name": "Order Completed", "count": {"op": "at_least", "value": 2}}
MILK = {"field": "attribute.milk", "op": "is", "value": "oat"}
NEW = {"field": "contact.created", "op": "after", "value": "2026-01-01"}


def branch(rule) -> dict:
    return scenario(steps={"lucky": {"kind": "branch", "rule": rule, "yes": "thank", "no": "bye"}})


def walk_at(moment) -> None:
    with time_machine.travel(moment, tick=False):
        walk.run()


def through(rule, person) -> Visit:
    journey = live_journey(branch(rule))
    listen(ordered(person))
    walk_at(NOON)
    walk_at(NOON + 3 * DAY)
    return Visit.objects.get(enrolment=enrolled(journey)[0], step="lucky")


def test_the_values_of_the_moment_stay_whatever_becomes_of_the_person_later(client):
    person = alice()
    visit = through({"any": [{"all": [IN_BRITAIN, TWICE]}]}, person)
    assert visit.decision["found"] == [[True, "GB"], [False, {"number": "1"}]]
    Contact.objects.update(country="FR")
    listen(Happening(person.pk, message_id="m2", at=NOON + 4 * DAY), at=NOON + 4 * DAY)
    client.force_login(cast.max_())
    page = client.get(reverse("journey_walk", args=[visit.enrolment.journey.uid, visit.enrolment.uid])).content.decode()
    assert "found: “GB”" in page and "found: 1" in page
    assert "not so" in page


def test_of_what_people_told_us_only_whether_it_held_is_kept(client):
    person = alice()
    said = Statement(person.pk, person.pk, "milk", "oat", "stated", NOON - DAY, source_kind="staff", by="Ada")
    remember([said], at=NOON - DAY)
    visit = through(MILK, person)
    assert visit.decision["answer"] is True
    assert visit.decision["found"] == [[True]]
    client.force_login(cast.max_())
    page = client.get(reverse("journey_walk", args=[visit.enrolment.journey.uid, visit.enrolment.uid])).content.decode()
    assert "“milk”" in page or "milk" in page
    assert "found:" not in page


def test_a_branch_that_asks_nothing_keeps_nothing():
    assert "found" not in through({"all": []}, alice()).decision


def test_moments_are_kept_to_be_read_again(client):
    visit = through(NEW, alice())
    assert visit.decision["found"] == [[True, {"moment": NOON.isoformat()}]]
    client.force_login(cast.max_())
    page = client.get(reverse("journey_walk", args=[visit.enrolment.journey.uid, visit.enrolment.uid])).content.decode()
    assert "found: 4 May 2026" in page
