"""The editor's pages: cards, forms in place, every change saved to the draft, undo, and two people at once."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.channels.webhook.secrets import make_secret
from campaigns.journeys.actions import create_journey
from campaigns.journeys.drafts import mark
from campaigns.journeys.models import Journey
from crm.contacts.models import Topic
from engage.lib import clock
from tests import cast
from tests.campaigns.journeys.happenings import counted, live_journey
from tests.campaigns.journeys.scenarios import letter, scenario
from tests.campaigns.offers.offering import offered
from tests.campaigns.surveys.questions import STARS, published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("max_")]

FORKED = {
    "start": "known",
    "steps": {
        "known": {"kind": "branch", "rule": {"all": []}, "yes": "ask", "no": "bye"},
        "ask": letter("Well?", next="bye"),
        "bye": {"kind": "end", "reason": "Done"},
    },
}


def made(**changes) -> Journey:
    return create_journey(name="Mine", draft=scenario(**changes), by="Max", at=cast.NOON)


def forked() -> Journey:
    return create_journey(name="Mine", draft=scenario() | FORKED, by="Max", at=cast.NOON)


def flow(journey: Journey) -> str:
    return reverse("journey_flow", args=[journey.uid])


def card(journey: Journey, name: str) -> str:
    return reverse("journey_flow_card", args=[journey.uid, name])


def press(client, journey: Journey, do: str, **more):
    journey.refresh_from_db()
    response = client.post(flow(journey), {"do": do, "seen": mark(journey.draft), **more})
    journey.refresh_from_db()
    return response


def fields(client, journey: Journey, name: str) -> dict:
    form = client.get(card(journey, name)).context["panel"].form
    return {field.name: field.value() for field in form if field.value() not in (None, False)} | {"fields": "1"}


def type_in(client, journey: Journey, name: str, **changes):
    journey.refresh_from_db()
    values = fields(client, journey, name) | {"seen": mark(journey.draft)} | changes
    response = client.post(card(journey, name), values)
    journey.refresh_from_db()
    return response


@pytest.mark.parametrize("kind", ["send", "wait", "branch", "task", "end", "split", "remember"])
def test_each_kind_of_step_is_added_ready_to_be_published_and_opens(client, kind):
    Topic.objects.get_or_create(key="offers", defaults={"label": "Offers"})
    journey = made()
    place = "ask.next" if kind != "end" else "bye"
    if kind == "end":
        journey.draft = scenario() | FORKED
        journey.save()
        place = "known.no"
    response = press(client, journey, f"insert:{kind}:{place}")
    assert response.status_code == 302, response.content.decode()
    page = client.get(response.url)
    assert page.context["panel"].kind == kind
    assert not page.context["flow"].problems


@pytest.mark.parametrize("kind", ["join", "leave"])
def test_another_journey_is_chosen_by_its_name(client, kind):
    other = live_journey(scenario(), "Other")
    journey = made()
    page = client.get(press(client, journey, f"insert:{kind}:ask.next").url)
    assert page.context["panel"].kind == kind and not page.context["flow"].problems
    assert "Other" in page.content.decode()
    assert journey.draft["steps"][kind]["journey"] == str(other.uid)


def test_without_another_journey_nobody_is_led_there_and_the_page_says_why(client):
    response = press(client, journey := made(), "insert:join:start")
    assert response.status_code == 400 and "Publish another journey first" in response.content.decode()
    assert journey.draft == scenario()


def test_an_offer_is_chosen_by_its_name_and_kept_where_it_is_gone(client):
    offer, other = offered("Ten off"), offered("A gift")
    journey = made()
    page = client.get(press(client, journey, "insert:offer:ask.next").url)
    assert journey.draft["steps"]["offer"]["offer"] == other.key and "Ten off" in page.content.decode()
    assert type_in(client, journey, "offer", offer=offer.key).status_code == 302
    assert journey.draft["steps"]["offer"]["offer"] == offer.key
    page = client.get(card(journey, "offer"))
    assert not page.context["flow"].problems and "Give the offer “Ten off”." in page.content.decode()
    journey.draft = scenario(steps={"thank": {"kind": "offer", "offer": "nine-off", "next": "bye"}})
    journey.save()
    page = client.get(card(journey, "thank"))
    assert page.context["flow"].problems["thank"] == ["There is no offer “nine-off”."]
    assert 'value="nine-off" selected' in page.content.decode()


def test_without_an_offer_nothing_is_given_and_the_page_says_why(client):
    response = press(client, journey := made(), "insert:offer:start")
    assert response.status_code == 400 and "Make an offer first" in response.content.decode()
    assert journey.draft == scenario()


def test_a_webhook_is_added_and_says_where_it_still_has_to_go(client):
    make_secret(by="Olga", at=clock.now())
    journey = made()
    page = client.get(press(client, journey, "insert:webhook:ask.next").url)
    assert page.context["panel"].kind == "webhook" and "tell" in page.context["flow"].problems
    assert type_in(client, journey, "tell", url="https://hooks.quaylane.test/x").status_code == 302
    assert journey.draft["steps"]["tell"]["url"] == "https://hooks.quaylane.test/x"
    assert not client.get(card(journey, "tell")).context["flow"].problems
    type_in(client, journey, "tell", url="https://[")
    assert client.get(card(journey, "tell")).context["flow"].problems["tell"]


def test_a_question_is_asked_and_its_answer_waited_for(client):
    Topic.objects.get_or_create(key="offers", defaults={"label": "Offers"})
    published()
    journey = made()
    response = press(client, journey, "insert:ask:start")
    assert response.status_code == 302, response.content.decode()
    steps = journey.draft["steps"]
    assert journey.draft["start"] == "ask-2" and "{% question" in steps["ask-2"]["design"]["body"]
    exits = steps["answer"]["exits"]
    assert [exit["rule"]["all"][1]["value"] for exit in exits] == ["oat milk", "soy milk", "none"]
    assert {(exit["event"], exit["next"]) for exit in exits} == {("Survey Answered", steps["answer"]["next"])}


def test_of_many_answers_all_take_one_way(client):
    Topic.objects.get_or_create(key="offers", defaults={"label": "Offers"})
    published(STARS)
    journey = made()
    press(client, journey, "insert:ask:start")
    assert len(journey.draft["steps"]["answer"]["exits"]) == 1


def test_without_a_question_nothing_is_asked_and_the_page_says_why(client):
    response = press(client, journey := made(), "insert:ask:start")
    assert response.status_code == 400 and "Make a question first" in response.content.decode()
    assert journey.draft == scenario()


@pytest.mark.parametrize("name", ["ask", "pause", "lucky", "bye", "start"])
def test_a_form_that_is_saved_as_it_was_opened_changes_nothing_of_meaning(client, name):
    journey = made()
    assert type_in(client, journey, name).status_code == 302
    before = scenario()
    after = journey.draft
    for step in (before["steps"][name], after["steps"][name]) if name != "start" else ():
        step.get("design", {}).setdefault("kind", "letter")
        if step["kind"] == "send":
            step.setdefault("on_hold", "wait")
    assert after["steps"] == before["steps"] and after["trigger"] == before["trigger"]


def test_what_is_typed_is_saved_also_while_it_is_wrong_and_the_card_says_so(client):
    journey = made()
    type_in(client, journey, "ask", subject="Hello {{ contact.frist_name }}")
    assert journey.draft["steps"]["ask"]["design"]["subject"] == "Hello {{ contact.frist_name }}"
    page = client.get(card(journey, "ask"))
    assert "Did you mean first_name?" in str(page.context["panel"].form.errors["subject"])
    assert page.context["flow"].problems["ask"]


def test_what_cannot_be_written_down_is_refused_beside_its_field(client):
    response = type_in(client, journey := made(), "pause", amount="soon")
    assert response.status_code == 400 and "Enter a whole number" in response.content.decode()
    assert journey.draft == scenario()


def test_a_rule_is_written_with_the_editor_of_rules(client):
    journey = forked()
    rows = {"r.is": "all", "r-0.about": "field:contact.language", "r-0.op": "is", "r-0.value": "es"}
    response = client.post(card(journey, "known"), {"fields": "1", "seen": mark(journey.draft), **rows})
    assert response.status_code == 302, response.content.decode()
    journey.refresh_from_db()
    assert "contact.language" in json.dumps(journey.draft["steps"]["known"]["rule"])


def test_a_step_is_moved_by_up_and_down_and_into_a_lane(client):
    journey = made()
    press(client, journey, "up:pause")
    assert journey.draft["start"] == "pause" and journey.draft["steps"]["pause"]["next"] == "ask"
    press(client, journey, "down:pause")
    assert journey.draft == scenario()
    press(client, journey, "move:pause", to="lucky.arms.0")
    assert journey.draft["steps"]["lucky"]["arms"][0]["next"] == "pause"


def test_undo_and_redo_give_the_drafts_back_and_work_after_a_reload(client):
    journey = made()
    press(client, journey, "insert:wait:start")
    changed = journey.draft
    press(client, journey, "undo")
    assert json.dumps(journey.draft) == json.dumps(scenario_as_kept())
    press(client, journey, "redo")
    assert journey.draft == changed
    press(client, journey, "undo")
    assert press(client, journey, "undo").status_code == 400


def scenario_as_kept() -> dict:
    return Journey.objects.get(pk=create_journey(name="x", draft=scenario(), by="Max", at=cast.NOON).pk).draft


def test_steps_that_would_be_lost_are_asked_for_first(client):
    journey = forked()
    response = press(client, journey, "remove:known:known.no")
    assert response.status_code == 409 and "Nobody would reach these steps any more" in response.content.decode()
    assert "ask" in journey.draft["steps"]
    press(client, journey, response.context["answer"].question.do)
    assert set(journey.draft["steps"]) == {"bye"} and journey.draft["start"] == "bye"


def test_the_second_of_two_people_is_told_what_the_first_changed(client, max_):
    journey = made()
    seen = mark(journey.draft)
    client.force_login(cast.olga())
    press(client, journey, "insert:wait:start")
    client.force_login(max_)
    response = client.post(flow(journey), {"do": "remove:pause", "seen": seen})
    said = response.content.decode()
    assert response.status_code == 409 and "Olga" in said and "New: Wait 1 day." in said
    values = {"fields": "1", "seen": seen, "reason": "Mine"}
    assert client.post(card(journey, "bye"), values).status_code == 409
    assert Journey.objects.get().draft["steps"]["bye"]["reason"] == "Asked"


def test_one_person_in_two_windows_is_not_in_their_own_way(client):
    journey = made()
    seen = mark(journey.draft)
    press(client, journey, "insert:wait:start")
    client.post(flow(journey), {"do": "up:pause", "seen": seen})
    journey.refresh_from_db()
    assert journey.draft["start"] == "wait" and journey.draft["steps"]["wait"]["next"] == "pause"


PRESSES = """x insert insert:x:y insert:wait:nowhere.next remove:nobody move:ask up:nobody down:bye copy:bye
connect:ask.next exit:ask arm:ask take:pause.next take:lucky.arms.9 take:lucky.arms.x remove:bye sure: undo
insert:send:into.bye.x move:lucky:lucky.arms.1 move:pause:pause.next.next"""


@pytest.mark.parametrize("do", ["", *PRESSES.split()])
def test_no_press_breaks_a_draft(client, do):
    journey = made()
    assert press(client, journey, do).status_code == 400
    assert journey.draft == scenario()


WRONG = [
    {},
    {"steps": []},
    {"start": 3, "steps": {"a": 4}},
    {"steps": {"a": {"kind": "wait"}}},
    {"steps": {"a": {"kind": "split", "arms": "x"}}, "start": "a", "trigger": 4},
    {"steps": {"a": {"kind": "send", "design": 4, "next": []}}, "start": "a", "goal": 2},
    {"steps": {"a": {"kind": "wait", "for": 3, "day": 4, "exits": [3, {"rule": 3}], "weekdays": {}}}, "start": "a"},
    {"steps": {"a": {"kind": "branch", "yes": {}, "rule": []}}, "start": "a", "entry": 3},
]


@pytest.mark.parametrize("draft", WRONG)
def test_the_page_shows_whatever_the_draft_is(client, draft):
    journey = create_journey(name="Mine", draft=draft, by="Max", at=cast.NOON)
    assert client.get(flow(journey)).status_code == 200
    for name in ("start", "a", "goal", "a.exits.0", "a.exits.1"):
        assert client.get(card(journey, name)).status_code in (200, 404)
    assert client.post(flow(journey), {"do": "insert:wait:a.next"}).status_code in (302, 400)
    assert client.post(card(journey, "start"), {"fields": "1"}).status_code in (302, 400)


def test_only_owners_and_marketers_edit(client):
    journey = made()
    client.force_login(cast.ada())
    assert client.get(flow(journey)).status_code == 403
    assert client.post(flow(journey), {"do": "insert:wait:start"}).status_code == 403
    assert client.get(card(journey, "ask")).status_code == 403
    assert client.post(card(journey, "ask"), {"fields": "1"}).status_code == 403
    assert client.post(reverse("new_journey_flow")).status_code == 403
    assert Journey.objects.get().draft == scenario()


def test_a_live_journey_shows_its_numbers_on_the_cards(client):
    journey = live_journey(scenario())
    page = client.get(flow(journey)).content.decode()
    assert "0 in" in page and "0 out here" in page


def test_the_number_of_queries_does_not_grow_with_the_steps(client):
    few, many = made(), made()
    many.draft["steps"] |= {f"w{n}": {"kind": "wait", "for": {"days": 1}, "next": f"w{n + 1}"} for n in range(60)}
    many.draft["steps"]["w60"] = {**many.draft["steps"]["pause"], "next": "pause"}
    many.draft["steps"]["ask"]["next"] = "w0"
    many.save()

    def queries(journey) -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(flow(journey))
        return counted(seen)

    queries(few)
    assert queries(many) == queries(few)


def test_a_recipe_edited_as_a_flow_is_no_recipe_any_more(client):
    journey = create_journey(name="W", draft=scenario(), recipe="welcome", fields={"a": 1}, by="Max", at=cast.NOON)
    press(client, journey, "insert:wait:start")
    assert journey.recipe == ""
    assert client.get(reverse("edit_journey", args=[journey.uid])).url == flow(journey)
    press(client, journey, "undo")
    assert journey.recipe == "welcome" and journey.fields == {"a": 1}


def test_htmx_is_answered_with_the_part_that_changed(client):
    journey = made()
    values = fields(client, journey, "bye") | {"reason": "Thanks"}
    htmx = {"HX-Request": "true"}
    saved = client.post(card(journey, "bye"), values, headers=htmx).content.decode()
    assert 'id="flow-state"' in saved and "End: Thanks." in saved and 'id="flow"' not in saved
    closed = client.post(card(journey, "bye"), values | {"close": "1"}, headers=htmx).content.decode()
    assert 'id="flow"' in closed and 'id="flow-panel"' not in closed
    rows = {"r.is": "all", "r-0.about": "", "do": "look"}
    looked = client.post(card(forked(), "known"), values | rows, headers=htmx).content.decode()
    assert 'id="rule-look"' in looked and 'id="panel-seen"' in looked
    added = client.post(flow(journey), {"do": "insert:wait:start"}, headers=htmx)
    assert added["HX-Push-Url"].endswith("/flow/wait/") and 'id="flow-panel"' in added.content.decode()
