"""A journey is put in shadow, compared with its backtest, and switched on with one press."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from campaigns.journeys.actions import begin_shadow, create_journey
from campaigns.journeys.backtest import running
from campaigns.journeys.backtest.actions import begin
from campaigns.journeys.models import Enrolment, Journey
from campaigns.journeys.shadow import judging
from crm.business.actions import update_business
from crm.contacts.models import Topic
from engage import walk
from tests import cast
from tests.campaigns.journeys.happenings import enrolled, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import scenario
from tests.cast import NOON
from tests.engage.dashboard.counting import queries_of
from tests.engage.test_shadow import agreed, three_messages

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def at_noon(client):
    with time_machine.travel(NOON, tick=False):
        update_business(by="test", at=NOON, name="Quay Lane", timezone="UTC")
        Topic.objects.create(key="offers", label="Offers")
        client.force_login(cast.max_())
        yield


@pytest.fixture
def journey() -> Journey:
    """Alice, who agreed to offers, and Bob, who did not, have begun it today."""
    made = create_journey(name="Ask", draft=three_messages(), by="Max", at=NOON - DAY)
    begin_shadow(made, by="Max", at=NOON - DAY)
    people = cast.alice(), cast.bob()
    agreed(people[0])
    listen(*(ordered(person, f"m{n}") for n, person in enumerate(people)))
    walk.run()
    judging.run()
    return made


def page(client, name: str, *args, status: int = 200, **query) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


def test_a_draft_is_put_in_shadow_and_says_so(client):
    made = create_journey(name="Ask", draft=three_messages(), by="Max", at=NOON - DAY)
    assert "Nothing is sent, remembered, handed out or called." in page(client, "shadow_journey", made.uid)
    answer = client.post(reverse("shadow_journey", args=[made.uid]), follow=True).content.decode()
    assert "Nobody has begun it yet" in answer
    assert "in shadow" in page(client, "journeys")
    assert "those of the shadow" in page(client, "journey", made.uid)


def test_a_draft_that_is_wrong_says_where_and_stays_a_draft(client):
    made = create_journey(name="Wrong", draft={"steps": {}}, by="Max", at=NOON)
    assert "A journey needs at least one step." in page(client, "shadow_journey", made.uid, status=400)
    assert client.post(reverse("shadow_journey", args=[made.uid])).status_code == 400
    assert Journey.objects.get().state == "draft"


def test_a_live_journey_is_not_put_in_shadow(client):
    live = live_journey(scenario())
    assert "let a copy of it walk there" in page(client, "shadow_journey", live.uid)
    client.post(reverse("shadow_journey", args=[live.uid]))
    client.post(reverse("switch_on_journey", args=[live.uid]))
    assert Journey.objects.get().state == "live"


def test_the_page_shows_who_began_what_would_have_gone_and_what_held_the_rest(client, journey):
    shown = page(client, "shadow_journey", journey.uid)
    assert "2 messages would have gone, 2 not, or not yet" in shown
    assert "no permission" in shown
    assert f"{reverse('shadow_messages', args=[journey.uid])}?why=no_consent" in shown
    assert "2 people walk in shadow now:" in shown
    held = page(client, "shadow_messages", journey.uid, why="no_consent")
    assert "Bob Stone" in held
    assert "Alice" not in held
    assert "would not have gone · We have no permission to write about Offers." in held
    assert page(client, "shadow_messages", journey.uid, fate="went").count("Alice Moreau") == 2
    assert "No message would have been written here yet." in page(
        client, "shadow_messages", journey.uid, day="2026-05-03"
    )
    assert page(client, "shadow_messages", journey.uid, day="2026-05-04").count("Bob Stone") == 2


@pytest.mark.parametrize(
    ("name", "value"), [("day", "2026-13-45"), ("day", "x"), ("why", "\x00"), ("fate", "ö"), ("cursor", "x_y")]
)
def test_what_cannot_be_read_narrows_nothing_or_to_nothing(client, journey, name, value):
    page(client, "shadow_messages", journey.uid, **{name: value})


def test_each_walk_says_what_would_have_become_of_its_messages(client, journey):
    shown = page(client, "journey_walk", journey.uid, journey.enrolments.get(contact__name="Bob Stone").uid)
    assert "In shadow only: Send “One”." in shown
    assert "would not have gone · We have no permission to write about Offers." in shown
    assert "nothing of this is carried out" in shown
    assert "Waited, until" in shown


def test_a_backtest_stands_beside_it_for_as_many_days(client, journey):
    begin(journey, since=NOON - 10 * DAY, until=NOON, by="Max", at=NOON)
    running.run()
    shown = page(client, "shadow_journey", journey.uid)
    assert "backtest: 0.2" in shown, "two in ten days"


@pytest.mark.parametrize(("people", "states"), [("leave", {"ended"}), ("go_on", {"active"}), ("junk", {"ended"})])
def test_one_press_switches_it_on(client, journey, people, states):
    client.post(reverse("switch_on_journey", args=[journey.uid]), {"people": people})
    walk.run()
    assert Journey.objects.get().state == "live"
    assert {walker.state for walker in enrolled(journey)} == states
    assert client.get(reverse("shadow_messages", args=[journey.uid])).status_code == 302


def test_ending_it_without_switching_on_says_who_leaves(client, journey):
    assert "2 people leave it." in page(client, "stop_journey", journey.uid)
    client.post(reverse("stop_journey", args=[journey.uid]))
    assert Journey.objects.get().state == "stopped"


def test_agents_neither_see_nor_begin_nor_end_one(client, journey):
    client.force_login(cast.ada())
    for name in ("shadow_journey", "shadow_messages"):
        page(client, name, journey.uid, status=403)
    for name in ("shadow_journey", "switch_on_journey"):
        assert client.post(reverse(name, args=[journey.uid])).status_code == 403
    assert Journey.objects.get().state == "shadow"


def test_the_person_s_page_does_not_know_of_it(client, journey):
    assert reverse("journey", args=[journey.uid]) not in page(client, "person", Enrolment.objects.first().contact.uid)


def test_the_pages_take_as_many_queries_for_one_person_as_for_fifty(client, journey):
    urls = [reverse(name, args=[journey.uid]) for name in ("shadow_journey", "shadow_messages", "journey")]
    before = [queries_of(client, url) for url in urls]
    crowd = [cast.contact(f"Person {n}", f"p{n}@shop.example") for n in range(30)]
    listen(*(ordered(person, f"p{n}") for n, person in enumerate(crowd)))
    walk.run()
    judging.run()
    assert [queries_of(client, url) for url in urls] == before
    assert before[:2] == [11, 7]
