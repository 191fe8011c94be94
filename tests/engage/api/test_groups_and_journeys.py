"""Segments, journeys, surveys and templates over REST."""

import pytest

from campaigns.journeys.backtest import running
from campaigns.journeys.models import Enrolment, Journey
from campaigns.surveys.models import Response, Survey
from crm.contacts.models import Topic
from crm.segments.models import Segment
from engage.lib import clock
from tests import cast
from tests.engage.api.caller import Caller, errors

pytestmark = pytest.mark.django_db

ENGLISH = {"field": "contact.language", "op": "is", "value": "en"}
LETTER = {"subject": "Hello {{ contact.first_name }}", "body": "Good to have you, {{ contact.first_name }}."}
WELCOME = {
    "trigger": {"event": "Signed Up"},
    "entry": {"again": "never"},
    "start": "pause",
    "steps": {
        "pause": {"kind": "wait", "for": {"days": 1}, "next": "letter"},
        "letter": {"kind": "send", "design": LETTER, "topic": "offers", "next": "end"},
        "end": {"kind": "end", "reason": "Welcomed"},
    },
}
MILK = {
    "title": "Your coffee",
    "questions": [
        {
            "id": "milk",
            "type": "one_of",
            "text": "Which milk?",
            "choices": [{"no": 1, "label": "oat"}, {"no": 2, "label": "cow"}],
        }
    ],
}


@pytest.fixture(autouse=True)
def topic() -> Topic:
    return Topic.objects.create(key="offers", label="Offers")


def test_a_group_is_made_counted_and_explained(api: Caller) -> None:
    alice, bob = cast.alice(), cast.bob()
    made = api.post("segments/", {"name": "English", "rule": {"all": [ENGLISH, {"none": [{"did": "order"}]}]}})
    assert made.status_code == 201
    assert made.said["sentence"] == "People whose language is “en” but not those who ordered"
    one = f"segments/{made.said['id']}/"

    counted = api.get(f"{one}count/").said
    assert counted["count"] == 1
    assert counted["seconds"] >= 0
    assert api.get(f"{one}sample/").said == [{"id": str(alice.uid), "name": "Alice Moreau"}]
    why = api.get(f"{one}explain/", contact=str(bob.uid)).said
    assert why["holds"] is False
    assert [(part["holds"], part["condition"], part["actual"]) for part in why["children"]] == [
        (False, "whose language is “en”", None),
        (True, "who are not those who ordered", None),
    ]
    assert "contact" in errors(api.get(f"{one}explain/"))
    assert "contact" in errors(api.get(f"{one}explain/", contact="bob"))


def test_a_rule_is_refused_where_it_is_wrong(api: Caller) -> None:
    wrong = {"all": [ENGLISH, {"field": "contact.shoe", "op": "is", "value": 3}, {"did": "order", "count": 2}]}
    found = errors(api.post("segments/", {"name": "Odd", "rule": wrong}))

    assert set(found) == {"rule.all[1].field", "rule.all[2].count"}
    assert "rule" in errors(api.post("segments/", {"name": "Odd", "rule": []}))
    assert "rule" in errors(api.post("segments/", {"name": "Odd"}))
    assert not Segment.objects.exists()


def nested(deep: int, rule: dict) -> dict:
    for _level in range(deep):
        rule = {"none": [rule]}
    return rule


@pytest.mark.parametrize(
    ("rule", "field", "message"),
    [
        (nested(50, ENGLISH), "rule" + ".none[0]" * 49, "nested 50 deep"),
        ({"any": [ENGLISH] * 10_000}, "rule.any[499]", "500 conditions"),
        (ENGLISH | {"value": "a\x00b"}, "", "cannot be stored"),
        (ENGLISH | {"value": "\ud800"}, "", "surrogate in string"),
        (ENGLISH | {"\ud800": 1}, "", "surrogate in string"),
        (ENGLISH | {"value": {"a": [None]}}, "rule.value", "must be a text"),
        (ENGLISH | {"value": True}, "rule.value", "must be a text"),
        ({"all": {"0": ENGLISH}}, "rule.all", "must be a list"),
        ({"all": [None, 5, "x"]}, "rule.all[2]", "must be an object"),
        ({"field": "contact.created", "op": "in_last", "value": {"days": 10**9}}, "rule.value", "100 years"),
    ],
)
def test_a_hostile_rule_is_refused_at_its_place(api: Caller, rule, field: str, message: str) -> None:
    found = errors(api.post("segments/", {"name": "Odd", "rule": rule}))
    assert message in found.get(field, ""), found
    kept = Segment.objects.create(name="Kept", rule=ENGLISH)
    assert message in errors(api.patch(f"segments/{kept.uid}/", {"rule": rule}))[field]


def test_a_kept_rule_that_cannot_be_read_any_more_says_so_where_it_is_asked(api: Caller) -> None:
    kept = Segment.objects.create(
        name="Old", rule={"any": [ENGLISH, {"field": "contact.gone", "op": "is", "value": 1}]}
    )
    asked = {"contact": str(cast.alice().uid)}
    for found in (api.get(f"segments/{kept.uid}/count/"), api.get(f"segments/{kept.uid}/explain/", **asked)):
        assert "There is no" in errors(found)["rule.any[1].field"]


def test_a_group_that_others_need_stays(api: Caller) -> None:
    inner = api.post("segments/", {"name": "English", "rule": ENGLISH}).said
    outer = api.post("segments/", {"name": "Both", "rule": {"did": "segment", "name": inner["id"]}}).said

    assert "Both" in errors(api.delete(f"segments/{inner['id']}/"), 409)[""]
    circle = api.patch(f"segments/{inner['id']}/", {"rule": {"did": "segment", "name": outer["id"]}})
    assert "depend on itself" in errors(circle)["rule"]
    assert api.patch(f"segments/{inner['id']}/", {"name": "Speaks English"}).said["name"] == "Speaks English"
    assert api.delete(f"segments/{outer['id']}/").status_code == 204
    assert api.delete(f"segments/{inner['id']}/").status_code == 204


def test_a_journey_is_published_paused_and_goes_on(api: Caller) -> None:
    made = api.post("journeys/", {"name": "Welcome", "definition": WELCOME})
    assert (made.status_code, made.said["state"], made.said["version"]) == (201, "draft", None)
    one = f"journeys/{made.said['id']}/"

    live = api.post(f"{one}publish/").said
    assert (live["state"], live["version"], live["state_by"]) == ("live", 1, "API: till")
    assert api.post(f"{one}pause/").said["state"] == "paused"
    assert errors(api.post(f"{one}pause/"), 409)
    piled = api.get(f"{one}resume/").said
    assert (piled["on_it"], piled["over"], piled["brake"], piled["stale"][0]) == (
        0,
        0,
        False,
        {"hours": 1, "people": 0},
    )
    assert errors(api.post(f"{one}resume/", {"waits": "hurry"}))
    assert errors(api.post(f"{one}resume/", {"waits": "let_out", "hours": -1}))
    assert api.post(f"{one}resume/", {"waits": "shift"}).said["state"] == "live"
    assert errors(api.get(f"{one}resume/"), 409)
    assert errors(api.post(f"{one}resume/"), 409)
    assert errors(api.delete(one), 409)
    assert api.post(f"{one}stop/").said["state"] == "stopped"
    assert api.get(f"{one}enrolments/").said == {"results": [], "next": None}


def test_a_journey_walks_in_shadow_and_is_switched_on(api: Caller) -> None:
    one = f"journeys/{api.post('journeys/', {'name': 'Welcome', 'definition': WELCOME}).said['id']}/"
    assert api.get(f"{one}shadow/").status_code == 404
    begun = api.post(f"{one}shadow/").said
    assert (begun["state"], begun["version"], begun["state_by"]) == ("shadow", 1, "API: till")
    assert errors(api.post(f"{one}shadow/"), 409)
    found = api.get(f"{one}shadow/").said
    assert (found["people"], found["under_way"], found["days"], found["fates"]) == (0, 0, [], {})
    assert errors(api.post(f"{one}pause/"), 409)
    assert "people" in errors(api.post(f"{one}switch-on/", {"people": "nobody"}))
    assert api.post(f"{one}switch-on/", {"people": "go_on"}).said["state"] == "live"
    assert errors(api.post(f"{one}switch-on/"), 409)
    wrong = api.post("journeys/", {"name": "Odd", "definition": {}}).said
    assert errors(api.post(f"journeys/{wrong['id']}/shadow/"))


def test_a_definition_is_refused_where_it_is_wrong(api: Caller) -> None:
    wrong = {**WELCOME, "start": "nowhere"}
    one = f"journeys/{api.post('journeys/', {'name': 'Odd', 'definition': wrong}).said['id']}/"

    assert "definition.start" in errors(api.post(f"{one}publish/"))
    assert "definition.start" in errors(api.post(f"{one}try/", {"contact": str(cast.alice().uid)}))
    assert api.patch(one, {"definition": WELCOME}).said["definition"] == WELCOME
    assert api.post(f"{one}publish/").status_code == 200
    draft = api.post("journeys/", {"name": "Gone", "definition": {}}).said
    assert api.delete(f"journeys/{draft['id']}/").status_code == 204


def test_a_journey_is_copied_as_a_draft(api: Caller) -> None:
    one = f"journeys/{api.post('journeys/', {'name': 'Welcome', 'definition': WELCOME}).said['id']}/"
    copied = api.post(f"{one}copy/")
    assert copied.status_code == 201
    assert (copied.said["name"], copied.said["state"], copied.said["version"]) == ("Copy of Welcome", "draft", None)
    assert copied.said["definition"] == WELCOME
    assert api.post(f"journeys/{cast.alice().uid}/copy/").status_code == 404


def test_a_draft_is_checked_before_it_is_published(api):
    late = {"kind": "task", "task": "call", "text": "Call", "within": {"hours": 1}, "assignee": "gone@team.example"}
    steps = {"call": {**late, "next": "bye"}, "bye": {"kind": "end", "reason": "Done"}}
    definition = {"trigger": {"event": "Order Completed"}, "start": "call", "steps": steps}
    one = f"journeys/{api.post('journeys/', {'name': 'Late', 'definition': definition}).said['id']}/"
    said = api.get(f"{one}check/").said
    assert (said["problems"], [warning["path"] for warning in said["warnings"]]) == ([], ["$.steps.call.assignee"])
    api.patch(one, {"definition": {**definition, "start": "gone"}})
    said = api.get(f"{one}check/").said
    assert (said["problems"][0]["path"], said["warnings"]) == ("$.start", [])


def test_a_journey_is_tried_on_one_person_without_a_word_said(api: Caller) -> None:
    one = f"journeys/{api.post('journeys/', {'name': 'Welcome', 'definition': WELCOME}).said['id']}/"
    tried = api.post(f"{one}try/", {"contact": str(cast.alice().uid)}).said

    assert (tried["would_begin"], tried["invented"], tried["unfinished"]) == (True, True, False)
    assert [(stop["step"], stop["kind"]) for stop in tried["stops"]] == [
        ("pause", "wait"),
        ("letter", "send"),
        ("end", "end"),
    ]
    letter = tried["stops"][1]
    assert letter["subject"] == "Hello Alice"
    assert "We have no permission" in letter["held"]
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("people", [1, 20])
def test_a_page_of_walks_costs_the_same(api: Caller, people: int, django_assert_num_queries) -> None:
    one = f"journeys/{api.post('journeys/', {'name': 'Welcome', 'definition': WELCOME}).said['id']}/"
    api.post(f"{one}publish/")
    journey = Journey.objects.get()
    for number in range(people):
        person = cast.contact(f"P{number} Q", f"p{number}@shop.example")
        Enrolment.objects.create(
            journey=journey,
            version=journey.current,
            contact=person,
            recorded_for=person,
            entry="x",
            step="pause",
            began=clock.now(),
        )
    with django_assert_num_queries(2):
        found = api.get(f"{one}enrolments/").said["results"]
    assert len(found) == people
    assert (found[0]["step"], found[0]["version"], found[0]["journey"]) == ("pause", 1, str(journey.uid))
    assert api.get(f"contacts/{found[0]['contact']}/enrolments/").said["results"] == [found[0]]


def test_a_survey_is_drafted_published_and_closed(api: Caller) -> None:
    made = api.post("surveys/", {"definition": MILK, "key": "milk"})
    assert (made.status_code, made.said["key"], made.said["state"]) == (201, "milk", "draft")
    one = f"surveys/{made.said['id']}/"

    assert api.post(f"{one}publish/").said["version"] == 1
    assert api.patch(one, {"definition": {**MILK, "title": "Coffee"}}).said["title"] == "Coffee"
    assert api.post(f"{one}publish/").said["version"] == 2
    assert api.post(f"{one}close/").said["state"] == "closed"
    assert errors(api.post("surveys/", {"definition": MILK, "key": "milk"}), 409)
    wrong = {"title": "", "questions": [{"id": "MILK", "type": "poem"}]}
    assert {"definition.title", "definition.questions.0.type"} <= set(
        errors(api.post("surveys/", {"definition": wrong}))
    )
    empty = api.post("surveys/", {"definition": {"title": "Empty"}}).said
    assert "definition.questions" in errors(api.post(f"surveys/{empty['id']}/publish/"))


def test_answers_are_found_by_survey_and_state(api: Caller) -> None:
    one = f"surveys/{api.post('surveys/', {'definition': MILK, 'key': 'milk'}).said['id']}/"
    api.post(f"{one}publish/")
    survey, alice = Survey.objects.get(), cast.alice()
    for state in ("final", "provisional", "begun"):
        Response.objects.create(
            survey=survey,
            version=survey.current,
            contact=alice,
            recorded_for=alice,
            state=state,
            occasion=state,
            answers={"milk": {"value": "oat", "words": "oat", "question": "Which milk?"}},
        )
    assert {one["state"] for one in api.get("responses/").said["results"]} == {"final", "provisional"}
    [begun] = api.get("responses/", state="begun").said["results"]
    assert api.get(f"responses/{begun['id']}/").said == begun
    [row] = api.get("responses/", survey="milk", state="final").said["results"]
    assert (row["contact"], row["answers"]["milk"]["value"]) == (str(alice.uid), "oat")
    assert api.get("responses/", survey=str(survey.uid), state="final").said["results"] == [row]
    assert api.get(f"responses/{row['id']}/").said == row
    assert api.get("responses/", survey="tea").said["results"] == []
    assert "state" in errors(api.get("responses/", state="maybe"))


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("Hello {{ contact.first_name }}, welcome to {{ place.name }}.", "Hello Ada, welcome to Milltown."),
        ("<p>Hello {{ contact.first_name }}</p>", "<p>Hello Ada</p>"),
        (
            "<mjml><mj-body><mj-section><mj-column><mj-text>Hello {{ contact.first_name }}</mj-text></mj-column>"
            "</mj-section></mj-body></mjml>",
            "Hello Ada",
        ),
    ],
)
def test_a_template_is_shown_with_the_values_given(api: Caller, source: str, html: str) -> None:
    data = {"contact": {"first_name": "Ada"}, "place": {"name": "Milltown"}}
    shown = api.post("templates/preview/", {"source": source, "subject": "For {{ contact.first_name }}", "data": data})

    assert shown.status_code == 200
    assert shown.said["subject"] == "For Ada"
    assert html in shown.said["html"]
    assert "Hello Ada" in shown.said["text"]
    assert "<p>" not in shown.said["text"]


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ("One\n{% if contact.name %}\nno end", 2, 1),
        ("One\n  {{ contact.shoe }}", 2, 6),
        ("One {{ nothing.here }}", 1, 8),
    ],
)
def test_what_is_wrong_with_a_template_is_told_with_line_and_column(
    api: Caller, source: str, line: int, column: int
) -> None:
    response = api.post("templates/preview/", {"source": source})
    assert response.status_code == 400
    [problem] = response.said["errors"]
    assert (problem["field"], problem["line"], problem["column"]) == ("source", line, column)
    assert problem["message"]


def test_a_backtest_is_begun_once_at_a_time_and_looked_at(api: Caller) -> None:
    made = api.post("journeys/", {"name": "Welcome", "definition": WELCOME})
    one = f"journeys/{made.said['id']}/"
    assert api.get(f"{one}backtest/").status_code == 404
    begun = api.post(f"{one}backtest/", {})
    assert (begun.status_code, begun.said["state"]) == (201, "running")
    assert api.post(f"{one}backtest/", {}).status_code == 409
    running.run()
    found = api.get(f"{one}backtest/").said
    assert (found["state"], found["result"]["bounds"]["nobody"]["people"]) == ("done", 0)


@pytest.mark.parametrize("said", [{"since": "soon"}, {"since": "2990-01-01T00:00:00Z"}, {"until": "0001-01-01T00:00Z"}])
def test_a_backtest_of_no_time_is_refused(api: Caller, said: dict) -> None:
    made = api.post("journeys/", {"name": "Welcome", "definition": WELCOME})
    assert api.post(f"journeys/{made.said['id']}/backtest/", said).status_code == 400


def test_people_begin_a_journey_and_why_others_do_not_is_said(api: Caller) -> None:
    alice, bob = cast.alice(), cast.bob()
    made = api.post(
        "journeys/", {"name": "Welcome", "definition": WELCOME | {"trigger": {"event": "x", "rule": ENGLISH}}}
    )
    one = f"journeys/{made.said['id']}/"
    assert errors(api.post(f"{one}enrolments/", {"contacts": []}))
    nobody = "00000000-0000-0000-0000-000000000000"
    said = {"contacts": [str(alice.uid), str(bob.uid), nobody]}
    refused = api.post(f"{one}enrolments/", said).said["not_begun"]
    assert [row["reason"] for row in refused] == ["not_running", "not_running", "gone"]
    api.post(f"{one}publish/")

    answer = api.post(f"{one}enrolments/", said, once="one")
    assert answer.status_code == 200
    assert answer.said["begun"] == [{"contact": str(alice.uid), "enrolment": str(Enrolment.objects.get().uid)}]
    assert [(row["contact"], row["reason"]) for row in answer.said["not_begun"]] == [
        (str(bob.uid), "rule"),
        (nobody, "gone"),
    ]
    assert api.post(f"{one}enrolments/", said, once="one").said == answer.said
    again = api.post(f"{one}enrolments/", {"contacts": [str(alice.uid)]}).said["not_begun"]
    assert again[0]["words"] == "They are on it now."
    assert "thing" in errors(api.post(f"{one}enrolments/", {"contacts": [str(alice.uid)], "thing": "A1"}))
    assert "whoever" in errors(api.post(f"{one}enrolments/", {"contacts": [str(alice.uid)], "whoever": True}))


def test_whether_somebody_would_begin_is_said_condition_by_condition(api: Caller) -> None:
    bob = cast.bob()
    made = api.post(
        "journeys/", {"name": "Welcome", "definition": WELCOME | {"trigger": {"event": "x", "rule": ENGLISH}}}
    )
    one = f"journeys/{made.said['id']}/"
    api.post(f"{one}publish/")
    said = api.get(f"{one}would-begin/", contact=str(bob.uid)).said
    assert said["would_begin"] is False
    assert [row["reason"] for row in said["because"]] == ["rule"]
    assert said["conditions"] == [{"holds": False, "condition": "whose language is “en”", "found": "nothing"}]
    assert said["messages"][0]["why"] == "We have no permission to write about Offers."
    assert "contact" in errors(api.get(f"{one}would-begin/"))
    assert "contact" in errors(api.get(f"{one}would-begin/", contact="x"))


def test_a_program_cannot_pass_over_the_rule_of_a_journey(api: Caller) -> None:
    alice = cast.alice()
    one = api.post("journeys/", {"name": "Welcome", "definition": WELCOME}).said["id"]
    api.post(f"journeys/{one}/publish/")
    said = {"act": "begin", "contacts": [str(alice.uid)]}
    assert "said.whoever" in errors(api.post("acts/", said | {"said": {"journey": one, "whoever": "1"}}))
    assert api.post("acts/", said | {"said": {"journey": one}}).said["counts"]["changed"] == 1
