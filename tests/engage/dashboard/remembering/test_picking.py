"""Whoever writes a message picks what it cites, and sees it with three real people."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.journeys.actions import create_journey
from crm.contacts.models import Contact
from crm.events.actions import Fact, derive
from crm.preferences import examples as preference_examples
from crm.preferences.examples import pickable
from crm.preferences.models import Preference, PreferenceKey
from crm.rules import parse
from crm.segments.actions import create_segment
from crm.segments.asking import where
from crm.segments.models import Segment
from engage import listen
from engage.dashboard.journeys.drafting import EXAMPLE
from engage.lib import clock, sql
from tests import cast
from tests.engage.memory.memories import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(client: Client) -> Client:
    client.force_login(cast.olga())
    return client


def preview(client: Client, text: str, subject: str = "News") -> str:
    return client.post(reverse("preview_memory"), {"subject": subject, "text": text}).content.decode()


def test_each_says_how_many_it_would_show_for(olga: Client) -> None:
    alice, bob = cast.alice(), cast.bob()
    told(alice)
    told(bob, at=clock.now() - timedelta(days=900))
    told(alice, "nuts", key="allergy")
    told(alice, "Tea", key="kind", kind="observed", source_kind="rule")
    PreferenceKey.objects.filter(key="allergy").update(sensitive=True)
    page = olga.get(reverse("pick_memory")).content.decode()
    assert "{% recall milk %}Milk: {{ value }}, {{ because }}.{% endrecall %}" in page
    assert "1 person" in page and "Allergy" not in page and "0 people" in page


def pick(client: Client, **audience: str) -> str:
    return client.get(reverse("pick_memory"), audience).content.decode()


def grouped(rule: dict) -> Segment:
    return create_segment(name="A", rule=rule, by="Olga", at=clock.now())


def test_of_an_audience_each_says_how_many_of_it_have_it(olga: Client) -> None:
    alice, bob, carol = cast.alice(), cast.bob(), cast.carol()
    told(alice), told(bob), told(carol, at=clock.now() - timedelta(days=900))
    group = grouped({"field": "contact.name", "op": "is", "value": str(alice)})
    page = pick(olga, group=str(group.uid))
    assert "1 person may read this message. Of them:" in page and "1 person</p>" in page
    assert "2 people</p>" in pick(olga)


def test_a_journey_may_meet_whom_its_trigger_and_rule_mean(olga: Client) -> None:
    alice, bob, carol = cast.alice(), cast.bob(), cast.carol()
    told(alice), told(bob), told(carol)
    named = {"field": "contact.name", "op": "is", "value": str(alice)}
    of_the_event = {"property": "paid", "op": "is", "value": True}
    trigger = {"trigger": {"event": "Tea Tasted", "rule": {"all": [named, of_the_event]}}}
    for person in (alice, bob):
        derive([Fact(person.pk, person.pk, "Tea Tasted", clock.now(), f"tasted {person.pk}", {})])
    listen.run()
    journey = create_journey(name="Tea", draft=EXAMPLE | trigger, by="x", at=clock.now())
    page = pick(olga, journey=str(journey.uid))
    assert "1 person may read this message" in page and "1 person</p>" in page
    assert "0 people may read this message" in pick(olga, recipe="welcome", start="sign_up")


def test_of_many_it_is_said_about_how_many(olga: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    # Pages are drawn: of so many the estimate is off by a quarter in one run of a million.
    people = Contact.objects.bulk_create(Contact(name=f"P{n}", language="en") for n in range(16_000))
    told(people[0])
    said = {"key": PreferenceKey.objects.get(), "value": "oat", "kind": "stated", "rank": 3, "source_kind": "survey"}
    Preference.objects.bulk_create(
        Preference(contact=one, recorded_for=one, at=clock.now(), **said) for one in people[1:8_000]
    )
    sql.run("ANALYZE crm_contacts_contact")
    monkeypatch.setattr(preference_examples, "LOOKED_THROUGH", 8_000)
    group = grouped({"field": "contact.language", "op": "is", "value": "en"})
    audience = where(parse(group.rule), at=clock.now())
    with CaptureQueriesContext(connection) as queries:
        picked = pickable("owner", at=clock.now(), audience=audience)
    assert len(queries) == 2
    assert picked.about and picked.audience is not None and 12_000 <= picked.audience <= 20_000
    assert 4_800 <= picked.found[0].people <= 11_200
    assert picked.audience % 1000 == 0, "two figures"
    assert "About" in pick(olga, group=str(group.uid))


@pytest.mark.parametrize(
    "asked", [{"journey": "x"}, {"group": "\0"}, {"recipe": "none"}, {"recipe": "welcome", "start": "x"}]
)
def test_an_audience_that_is_none_is_everybody(olga: Client, asked: dict) -> None:
    told(cast.alice())
    assert olga.get(reverse("pick_memory"), asked).status_code == 200


def test_three_real_people_read_it_as_it_would_be(olga: Client) -> None:
    alice, bob, carol = cast.alice(), cast.bob(), cast.carol()
    told(alice)
    told(bob, "soy milk", at=clock.now() - timedelta(days=900))
    page = preview(olga, "Hello {{ contact.first_name }}{% recall milk %}, still {{ value }}{% endrecall %}.")
    assert "Alice Moreau" in page and "Hello Alice, still oat milk." in page
    assert "Hello Bob." in page and "soy" not in page
    assert "Hello Carol." in page and str(carol) in page


def test_who_asked_us_not_to_mention_it_is_no_example(olga: Client) -> None:
    told(cast.alice())
    Preference.objects.update(mention=False)
    assert "oat milk" not in preview(olga, "{% recall milk %}{{ value }}{% endrecall %}")


@pytest.mark.parametrize("text", ["", "{% recall", "{{ nothing }}", "\x00", "{% recall milk %}x", "x" * 200_000])
def test_what_cannot_be_written_says_why_and_breaks_nothing(olga: Client, text: str) -> None:
    told(cast.alice())
    answer = olga.post(reverse("preview_memory"), {"subject": "s", "text": text})
    assert answer.status_code == 200


def test_agents_write_no_messages(client: Client) -> None:
    client.force_login(cast.ada())
    assert client.get(reverse("pick_memory")).status_code == 403
    assert client.post(reverse("preview_memory")).status_code == 403
