"""A backtest is begun, left and found again, and read on its page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.journeys.actions import create_journey
from campaigns.journeys.backtest import running
from campaigns.journeys.models import Backtest
from crm.contacts.actions import record_consent
from crm.contacts.models import Topic
from crm.events.models import Event
from engage.lib import clock
from tests import cast
from tests.campaigns.journeys.scenarios import letter
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db

QUIET = {
    "trigger": {"event": "Order Completed"},
    "entry": {"again": "always"},
    "goal": {"event": "Order Completed"},
    "start": "pause",
    "steps": {
        "pause": {"kind": "wait", "for": {"days": 60}, "next": "write"},
        "write": letter("We miss you", next="bye", **{"class": "marketing", "topic": "offers"}),
        "bye": {"kind": "end", "reason": "Wrote"},
    },
}


@pytest.fixture
def journey():
    return create_journey(name="Gone quiet", draft=QUIET, by="Max", at=clock.now())


@pytest.fixture
def buyers(journey) -> list:
    """Two who ordered 200 days ago, and one of them again 70 days later; both agreed to offers."""
    topic, now = Topic.objects.create(key="offers", label="Offers"), clock.now()
    people = [cast.alice(), cast.bob()]
    for person in people:
        record_consent(contact=person, topic=topic, state="granted", how="form", at=now - timedelta(days=300))
    for number, (person, days) in enumerate([(people[0], 200), (people[1], 200), (people[0], 130)]):
        at = now - timedelta(days=days)
        Event.objects.create(
            contact=person, recorded_for=person, message_id=f"m{number}", kind="track", name="Order Completed", at=at,
            received=now, history=True, source="import",
        )  # fmt: skip
    return people


def run(client, journey, months="12"):
    return client.post(reverse("backtest_journey", args=[journey.uid]), {"months": months}, follow=True)


def test_the_title_says_what_was_found_and_each_example_can_be_read(client, journey, buyers):
    client.force_login(cast.max_())
    assert "It is under way." in run(client, journey).content.decode()
    running.run()
    job = Backtest.objects.get()
    page = client.get(reverse("backtest", args=[journey.uid, job.uid])).content.decode()
    assert "2 people, at most " in page
    assert "1 came back anyway" in page
    path = reverse("backtest_person", args=[journey.uid, job.uid, buyers[0].uid])
    assert path in page
    told = client.get(path).content.decode()
    assert "Alice Moreau" in told
    assert "went" in told


def test_each_bar_and_each_reason_lead_to_some_of_their_people(client, journey, buyers):
    bob = cast.contact("Bob Unasked", "unasked@shop.example")
    at = clock.now() - timedelta(days=230)
    Event.objects.create(
        contact=bob, recorded_for=bob, message_id="m9", kind="track", name="Order Completed", at=at,
        received=clock.now(), history=True, source="import",
    )  # fmt: skip
    client.force_login(cast.max_())
    run(client, journey)
    running.run()
    job = Backtest.objects.get()
    page = client.get(reverse("backtest", args=[journey.uid, job.uid]))
    [bound] = page.context["bounds"]
    urls = [url for _label, went, held, url in bound.bars if went + held]
    assert urls and all(urls)
    shown = [client.get(f"{page.request['PATH_INFO']}{url}").context["examples"] for url in urls]
    assert {str(person) for people in shown for person in people} == {"Alice Moreau", "Bob Stone", "Bob Unasked"}
    held = client.get(page.request["PATH_INFO"], {"why": "no_consent"}).context["examples"]
    assert [str(person) for person in held] == ["Bob Unasked"]
    for junk in ({"from": "x"}, {"why": "\x00"}, {"from": "2026-99-99"}):
        assert len(client.get(page.request["PATH_INFO"], junk).context["examples"]) == 3


def test_it_is_found_again_under_the_journey(client, journey, buyers):
    client.force_login(cast.max_())
    run(client, journey)
    job = Backtest.objects.get()
    found = client.get(reverse("backtest_journey", args=[journey.uid])).content.decode()
    assert reverse("backtest", args=[journey.uid, job.uid]) in found


def test_a_second_one_shows_the_one_that_runs(client, journey, buyers):
    client.force_login(cast.max_())
    run(client, journey)
    assert "under way already" in run(client, journey).content.decode()
    assert Backtest.objects.count() == 1


@pytest.mark.parametrize("months", ["", "0", "999", "\x00", "12; --"])
def test_a_time_that_is_not_offered_gives_the_form_again(client, journey, months):
    client.force_login(cast.max_())
    assert run(client, journey, months).status_code == 400
    assert not Backtest.objects.exists()


def test_a_draft_that_is_wrong_says_where(client):
    client.force_login(cast.max_())
    wrong = create_journey(name="Wrong", draft={"steps": {}}, by="Max", at=clock.now())
    answer = run(client, wrong)
    assert answer.status_code == 400
    assert "A journey needs at least one step." in answer.content.decode()


def test_agents_neither_begin_nor_read_one(client, journey, buyers):
    client.force_login(cast.max_())
    run(client, journey)
    job = Backtest.objects.get()
    client.force_login(cast.ada())
    assert run(client, journey).status_code == 403
    assert client.get(reverse("backtest_journey", args=[journey.uid])).status_code == 403
    assert client.get(reverse("backtest", args=[journey.uid, job.uid])).status_code == 403
    person = reverse("backtest_person", args=[journey.uid, job.uid, buyers[0].uid])
    assert client.get(person).status_code == 403


def test_the_pages_take_few_queries(client, journey, buyers):
    client.force_login(cast.max_())
    run(client, journey)
    running.run()
    job = Backtest.objects.get()
    before = queries_of(client, reverse("backtest", args=[journey.uid, job.uid]))
    for number in range(5):
        create_journey(name=f"Another {number}", draft=QUIET, by="Max", at=clock.now())
    assert queries_of(client, reverse("backtest", args=[journey.uid, job.uid])) == before
