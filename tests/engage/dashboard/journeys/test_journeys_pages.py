"""The room Journeys: a recipe is filled in, tried, switched on, paused and stopped."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.journeys.actions import create_journey
from campaigns.journeys.models import Enrolment, Journey
from crm.contacts.actions import record_consent
from crm.contacts.models import Topic
from crm.preferences.models import Preference, PreferenceKey
from engage import walk
from engage.lib import clock
from tests import cast
from tests.campaigns.journeys.happenings import counted, enrolled, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import letter, scenario
from tests.campaigns.surveys.questions import published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("max_")]


@pytest.fixture
def topic() -> Topic:
    return Topic.objects.get_or_create(key="offers", defaults={"label": "Offers"})[0]


def page(client, name: str, *args, status: int = 200, **query) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


def filled(client, slug: str, **changes) -> dict:
    """What a browser posts when somebody opens the recipe and presses a button at once."""
    form = client.get(reverse("recipe", args=[slug])).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return values | {"topic": "offers", "go": "draft"} | changes


def save(client, slug: str, **changes):
    return client.post(reverse("recipe", args=[slug]), filled(client, slug, **changes))


def test_empty_lists_say_what_to_do(client):
    assert "A journey answers what a customer does." in page(client, "journeys")
    assert "No drafts." in page(client, "journey_drafts")
    assert "Welcome and ask" in page(client, "recipes")


def test_a_recipe_without_a_question_says_what_it_needs(client):
    assert "Make the question first" in page(client, "recipe", "welcome")


@pytest.mark.parametrize("slug", ["welcome", "two-orders"])
def test_a_recipe_is_saved_as_it_is_offered_and_switched_on(client, topic, slug):
    published()
    response = save(client, slug, go="publish")
    journey = Journey.objects.get()
    assert response.url == reverse("publish_journey", args=[journey.uid])
    assert "Switch it on?" in page(client, "publish_journey", journey.uid)
    assert client.post(response.url).url == reverse("journey", args=[journey.uid])
    assert journey.name in page(client, "journeys")
    assert Journey.objects.get().state == "live"
    assert "Starts when" in page(client, "journey", journey.uid)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("subject", "", "This field is required."),
        ("subject", "Hello {{ contact.frist_name }}", "Did you mean first_name?"),
        ("text", "{% if %}", "Line 1"),
        ("text", "{% question nothing %}", "There is no published survey"),
        ("wait", "never", "Select a valid choice"),
    ],
)
def test_what_is_wrong_with_a_recipe_stands_beside_its_field(client, topic, field, value, said):
    published()
    response = save(client, "welcome", **{field: value})
    assert response.status_code == 400
    assert said in " ".join(response.context["form"].errors[field])
    assert not Journey.objects.exists()


def test_a_recipe_is_edited_and_published_while_people_are_under_way(client, topic):
    published()
    save(client, "two-orders", orders=2, days=60)
    journey = Journey.objects.get()
    client.post(reverse("publish_journey", args=[journey.uid]))
    form = client.get(reverse("edit_journey", args=[journey.uid])).context["form"]
    assert form["days"].value() == 60
    values = {name: form[name].value() for name in form.fields} | {"days": 90, "go": "draft"}
    client.post(reverse("edit_journey", args=[journey.uid]), values)
    assert "not published yet" in page(client, "journey", journey.uid)
    client.post(reverse("publish_journey", args=[journey.uid]))
    assert "not published yet" not in page(client, "journey", journey.uid)
    assert Journey.objects.get().current.number == 2


def test_json_is_refused_at_its_path_and_kept_as_it_was_typed(client):
    broken = scenario(start="nowhere")
    response = client.post(
        reverse("new_journey_definition"), {"name": "Mine", "definition": json.dumps(broken), "go": "draft"}
    )
    assert response.status_code == 400
    said = response.content.decode()
    assert "$.start" in said and "There is no step “nowhere”." in said and "What do you brew with?" in said


@pytest.mark.parametrize("text", ["{", "[]", "null", "[" * 100_000, '"\\ud800"', "1e999999", "{}"])
def test_what_is_no_definition_is_refused(client, text):
    response = client.post(reverse("new_journey_definition"), {"name": "Mine", "definition": text})
    assert response.status_code == 400
    assert not Journey.objects.exists()


def test_json_makes_a_journey(client):
    client.post(reverse("new_journey_definition"), {"name": "Mine", "definition": json.dumps(scenario()), "go": "try"})
    assert Journey.objects.get().draft == scenario()


def test_a_recipe_edited_by_hand_goes_on_as_a_flow(client, topic):
    published()
    save(client, "welcome")
    journey = Journey.objects.get()
    url = reverse("journey_definition", args=[journey.uid])
    client.post(url, {"name": "Mine", "definition": json.dumps(scenario()), "go": "draft"})
    assert client.get(reverse("edit_journey", args=[journey.uid])).url == reverse("journey_flow", args=[journey.uid])


def test_pausing_stopping_and_going_on_say_what_they_do_before_they_do_it(client):
    journey = live_journey(scenario())
    listen(ordered(cast.alice()))
    for verb, said, state in [
        ("pause", "1 person is on it.", "paused"),
        ("resume", "1 person is on it.", "live"),
        ("stop", "1 person leaves it.", "stopped"),
    ]:
        before = Journey.objects.get().state
        assert said in page(client, f"{verb}_journey", journey.uid)
        assert Journey.objects.get().state == before
        client.post(reverse(f"{verb}_journey", args=[journey.uid]), {"waits": "go_on"})
        assert Journey.objects.get().state == state
    response = client.post(reverse("stop_journey", args=[journey.uid]), follow=True)
    assert "look again" in response.content.decode()


def test_only_a_draft_can_be_deleted(client):
    journey = live_journey(scenario())
    client.post(reverse("delete_journey", args=[journey.uid]))
    assert Journey.objects.exists()
    draft = create_journey(name="Draft", draft={}, by="Max", at=cast.NOON)
    client.post(reverse("delete_journey", args=[draft.uid]))
    assert Journey.objects.get() == journey


def test_a_copy_is_a_draft_like_it_that_nobody_is_on(client):
    journey = live_journey(scenario())
    listen(ordered(cast.alice()))
    assert "Copy this journey" in page(client, "journey", journey.uid)
    response = client.post(reverse("copy_journey", args=[journey.uid]), follow=True)
    copied = Journey.objects.exclude(pk=journey.pk).get()
    assert response.redirect_chain[-1][0] == reverse("journey", args=[copied.uid])
    assert "a draft that nobody is on" in response.content.decode()
    assert (copied.name, copied.state, copied.draft, copied.current) == ("Copy of Ask", "draft", journey.draft, None)
    assert (enrolled(copied), len(enrolled(journey))) == ([], 1)
    Journey.objects.filter(pk=journey.pk).update(name="J" * 120)
    client.post(reverse("copy_journey", args=[journey.uid]))
    assert Journey.objects.filter(name="Copy of " + "J" * 112).exists()


def test_agents_and_links_copy_nothing(client):
    journey = live_journey(scenario())
    assert client.get(reverse("copy_journey", args=[journey.uid])).status_code == 405
    client.force_login(cast.ada())
    assert client.post(reverse("copy_journey", args=[journey.uid])).status_code == 403
    assert Journey.objects.count() == 1


def test_a_page_shows_who_stands_where_and_why(client):
    journey, alice = live_journey(scenario()), cast.alice()
    listen(ordered(alice))
    with time_machine.travel(cast.NOON, tick=False):
        walk.run()
        shown = page(client, "journey", journey.uid)
        assert "1 waiting" in shown and "1 through" in shown and "Alice Moreau" in shown
        [walker] = enrolled(journey)
        steps = page(client, "journey_walk", journey.uid, walker.uid)
        assert "Began with “Order Completed”." in steps and "“What do you brew with?” was due to be sent." in steps
        assert "Alice Moreau" in page(client, "journey_people", journey.uid)
        client.post(reverse("end_walk", args=[journey.uid, walker.uid]))
        assert "Taken off by Max." in page(client, "journey_walk", journey.uid, walker.uid)
        assert "Taken off by Max." in page(client, "journey_people", journey.uid, left=1)
    assert Enrolment.objects.get().outcome == "taken_off"


KNOWS_MILK = {"did": "preference", "name": "milk"}


def trial_of(client, **changes):
    draft = scenario(
        steps={
            "pause": {
                "kind": "wait",
                "for": {"days": 3},
                "exits": [{"event": "Survey Answered", "next": "thank"}],
                "next": "lucky",
            },
            "lucky": {"kind": "branch", "rule": KNOWS_MILK, "yes": "thank", "no": "bye"},
            "thank": letter("Thanks", "{% recall milk %}We noted: {{ value }}.{% endrecall %} Bye.", next="bye"),
            **changes,
        }
    )
    return create_journey(name="Mine", draft=draft, by="Max", at=cast.NOON)


def test_trying_it_shows_each_message_as_this_person_would_see_it_and_sends_nothing(client):
    journey, alice = trial_of(client), cast.alice()
    shown = page(client, "try_journey", journey.uid, person=alice.uid)
    assert "3 days later" in shown and "who told us" in shown and "not so" in shown
    assert "Hello Alice" in page(client, "try_journey_letter", journey.uid, person=alice.uid, visit=1)
    assert not Enrolment.objects.exists()
    milk = PreferenceKey.objects.create(key="milk", label="Milk", citable=True)
    Preference.objects.create(
        contact=alice, recorded_for=alice, key=milk, value="oat milk", kind="stated", rank=3, at=clock.now()
    )
    told = page(client, "try_journey_letter", journey.uid, person=alice.uid, visit=4)
    assert "We noted: oat milk." in told


def test_trying_it_follows_both_ways_of_a_wait_for_an_answer(client, topic):
    published()
    ask = letter("Milk?", "One question: {% question coffee %}", next="pause")
    journey, bob = trial_of(client, ask=ask), cast.bob()
    silent = page(client, "try_journey", journey.uid, person=bob.uid)
    assert "And if it happens?" in silent and "Thanks" not in silent
    answered = page(client, "try_journey", journey.uid, person=bob.uid, met="pause:0")
    assert "1 hour later" in answered
    assert "We noted: oat milk." in page(
        client, "try_journey_letter", journey.uid, person=bob.uid, met="pause:0", visit=3
    )


def test_trying_it_says_what_stands_in_the_way_today(client, topic):
    marketing = letter("Offer", next="bye") | {"class": "marketing", "topic": "offers"}
    draft = {"trigger": {"event": "Order Completed"}, "start": "ask"}
    draft["steps"] = {"ask": marketing, "bye": {"kind": "end", "reason": "Offered"}}
    journey = create_journey(name="Offer", draft=draft, by="Max", at=cast.NOON)
    alice = cast.alice()
    assert "We have no permission to write about Offers." in page(client, "try_journey", journey.uid, person=alice.uid)
    record_consent(contact=alice, topic=topic, state="granted", how="form", at=clock.now() - timedelta(days=1))
    assert "no permission" not in page(client, "try_journey", journey.uid, person=alice.uid)


def test_trying_it_on_nobody_we_know_is_no_page(client):
    journey = trial_of(client)
    page(client, "try_journey", journey.uid, status=404, person="nonsense")
    page(client, "try_journey", journey.uid, status=404, person="00000000-0000-0000-0000-000000000000")
    cast.alice()
    assert "Alice Moreau" in page(client, "try_journey", journey.uid, q="alice")


def test_the_lists_cost_the_same_however_many_journeys_there_are(client):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client, "journeys")
        return counted(captured)

    live_journey(scenario())
    page(client, "journeys")
    one = cost()
    for number in range(6):
        live_journey(scenario(), name=f"Journey {number}")
    page(client, "journeys")
    assert cost() == one


def test_agents_have_no_journeys(client):
    journey = live_journey(scenario())
    client.force_login(cast.ada())
    for name, args in [("journeys", []), ("recipes", []), ("journey", [journey.uid]), ("pause_journey", [journey.uid])]:
        assert client.get(reverse(name, args=args)).status_code == 403
