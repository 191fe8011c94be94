"""A journey reads as sentences."""

import pytest

from campaigns.journeys.describe import lines, starts_when
from campaigns.journeys.parse import parse
from tests.campaigns.journeys.happenings import live_journey
from tests.campaigns.journeys.scenarios import letter, scenario
from tests.campaigns.offers.offering import offered

TWICE = {"did": "event", "name": "Order Completed", "within": {"days": 30}, "count": {"op": "at_least", "value": 2}}
BIG = {"property": "total", "op": "at_least", "value": 50}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Starts when an order is placed. Once for each person."),
        ({"trigger": {"event": "Bean Ground"}}, "Starts when “Bean Ground” happens. Once for each person."),
        (
            {"entry": {"again": "never", "per_day": 50}},
            "Starts when an order is placed. Once for each person. 50 people a day at most.",
        ),
        (
            {"trigger": {"event": "Order Completed", "rule": BIG}, "entry": {"again": "after_days", "days": 30}},
            "Starts when an order of 50 or more is placed. Again after 30 days at the earliest.",
        ),
        (
            {"trigger": {"event": "Order Completed", "rule": TWICE}, "entry": {"again": "always"}},
            "Starts when an order is placed, for people who did “Order Completed” at least twice in the last 30 days."
            " Each time it happens, but not while a person is on this journey.",
        ),
    ],
)
def test_what_begins_it_is_one_sentence(changes, said):
    assert starts_when(parse(scenario(**changes))) == said


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"for": {"days": 3}}, "Wait 3 days."),
        ({"for": {"seconds": 90}}, "Wait 90 seconds."),
        ({"for": {"hours": 36}}, "Wait 36 hours."),
        ({"clock": "09:00"}, "Wait until 09:00, their time."),
        ({"for": {"weeks": 1}, "clock": "09:00"}, "Wait 7 days, then until 09:00, their time."),
        (
            {"for": {"days": 7}, "exits": [{"event": "Survey Answered", "next": "thank"}]},
            "Wait 7 days, or until a survey is answered.",
        ),
        (
            {"clock": "09:00", "weekdays": ["sat", "tue"]},
            "Wait until Tuesday or Saturday, 09:00, their time.",
        ),
        (
            {"day": {"of": "birthday", "shift": -3, "yearly": True}, "clock": "09:00"},
            "Wait until 3 days before their birthday each year, then until 09:00, their time.",
        ),
    ],
)
def test_a_wait_says_what_it_waits_for(step, said):
    definition = parse(scenario(steps={"pause": {"kind": "wait", "next": "lucky", **step}}))
    assert lines(definition)[1].text == said


def test_steps_are_numbered_as_they_are_walked_and_say_where_they_lead():
    told = [(line.number, line.text, line.onward) for line in lines(parse(scenario()))]
    assert told == [
        (1, "Send “What do you brew with?”.", ()),
        (2, "Wait 3 days.", ()),
        (3, "At random: 50 of 100 thank, 50 of 100 bye.", (("thank", 4), ("bye", 5))),
        (4, "Send “Thank you”.", ()),
        (5, "End: Asked.", ()),
    ]


def test_going_back_is_said():
    again = scenario(steps={"thank": letter("Thank you", next="pause")})
    assert lines(parse(again))[3].onward == (("then", 2),)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("set", "Remember tags: vip."),
        ("add", "Add vip to tags."),
        ("remove", "Take vip away from tags."),
    ],
)
def test_what_is_remembered_says_how(how, said):
    step = {"kind": "remember", "key": "tags", "value": "vip", "how": how, "next": "bye"}
    assert lines(parse(scenario(steps={"thank": step})))[3].text == said


def test_a_webhook_names_who_is_told():
    step = {"kind": "webhook", "url": "https://shop.example/hook?a=1", "next": "bye"}
    assert lines(parse(scenario(steps={"thank": step})))[3].text == "Tell shop.example by webhook."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "said"), [("join", "Lead them onto “Other” too."), ("leave", "Take them off “Other”.")]
)
def test_another_journey_is_called_by_its_name(kind, said):
    other = live_journey(scenario(), "Other")
    step = {"kind": kind, "journey": str(other.uid), "next": "bye"}
    assert lines(parse(scenario(steps={"thank": step})))[3].text == said


@pytest.mark.django_db
def test_an_offer_is_called_by_its_name_and_one_that_is_gone_by_its_key():
    for key, name in ((offered("Ten off").key, "Ten off"), ("nine-off", "nine-off")):
        step = {"kind": "offer", "offer": key, "next": "bye"}
        assert lines(parse(scenario(steps={"thank": step})))[3].text == f"Give the offer “{name}”."


@pytest.mark.parametrize(
    ("escalate", "said"),
    [
        ({}, "A task for ada@team.example, within 2 hours: Call them."),
        (
            {"escalate": {"after": {"hours": 1}}},
            "A task for ada@team.example, within 2 hours: Call them. Not done 1 hour after that, it goes to an owner.",
        ),
        (
            {"escalate": {"after": {"days": 1}, "to": "max@team.example"}},
            "A task for ada@team.example, within 2 hours: Call them."
            " Not done 1 day after that, it goes to max@team.example.",
        ),
    ],
)
def test_a_task_says_whose_it_is_and_whose_then(escalate, said):
    task = {"kind": "task", "task": "call", "text": "Call them.", "within": {"hours": 2}, "next": "bye"}
    definition = parse(scenario(steps={"thank": {**task, "assignee": "ada@team.example", **escalate}}))
    assert lines(definition)[3].text == said
