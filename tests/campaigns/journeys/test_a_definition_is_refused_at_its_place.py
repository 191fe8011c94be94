import pytest

from campaigns.journeys.definition import Again
from campaigns.journeys.parse import InvalidDefinition, parse
from tests.campaigns.journeys.scenarios import ASK, letter, scenario

BYE = {"kind": "end", "reason": "Asked"}


def refused(data) -> dict[str, str]:
    with pytest.raises(InvalidDefinition) as caught:
        parse(data)
    return {problem.path: problem.message for problem in caught.value.problems}


def test_a_sound_definition_is_read():
    definition = parse(ASK)
    assert definition.trigger.event == "Order Completed"
    assert definition.entry.again is Again.NEVER
    assert definition.freshness.total_seconds() == 24 * 3600
    assert [step.id for step in definition.sends()] == ["ask", "thank"]


WRONG = [
    ([], "$"),
    ({}, "$.steps"),
    (scenario(color="red"), "$.color"),
    (scenario(trigger={"event": ""}), "$.trigger.event"),
    (scenario(trigger={"event": "\ud800"}), "$.trigger.event"),
    (scenario(trigger={"event": "Order Completed", "rule": {"all": [{}]}}), "$.trigger.rule.all[0]"),
    (scenario(entry={"again": "sometimes"}), "$.entry.again"),
    (scenario(entry={"again": "after_days"}), "$.entry.days"),
    (scenario(entry={"again": "after_days", "days": True}), "$.entry.days"),
    (scenario(entry={"again": "never", "days": 3}), "$.entry.days"),
    (scenario(freshness_hours=25), "$.freshness_hours"),
    (scenario(start="nowhere"), "$.start"),
    (scenario(start=["ask"]), "$.start"),
    (scenario(steps={"Bad Name": BYE}), "$.steps.Bad Name"),
    (scenario(steps={"ask": []}), "$.steps.ask"),
    (scenario(steps={"ask": {"kind": "dance"}}), "$.steps.ask.kind"),
    (scenario(steps={"ask": {"kind": []}}), "$.steps.ask.kind"),
    (scenario(steps={"ask": letter("Hi", next="pause", colour="red")}), "$.steps.ask.colour"),
    (scenario(steps={"ask": letter("", next="pause")}), "$.steps.ask.design.subject"),
    (scenario(steps={"ask": letter("Hi", "\x00", next="pause")}), "$.steps.ask.design.body"),
    (scenario(steps={"ask": letter("Hi")}), "$.steps.ask.next"),
    (scenario(steps={"ask": letter("Hi", next="pause") | {"class": "marketing"}}), "$.steps.ask.topic"),
    (scenario(steps={"ask": letter("Hi", next="pause", on_hold="forget")}), "$.steps.ask.on_hold"),
    (scenario(steps={"pause": {"kind": "wait", "next": "lucky"}}), "$.steps.pause"),
    (scenario(steps={"pause": {"kind": "wait", "for": {"days": 0}, "next": "lucky"}}), "$.steps.pause.for"),
    (scenario(steps={"pause": {"kind": "wait", "for": {"days": 9999}, "next": "lucky"}}), "$.steps.pause.for"),
    (scenario(steps={"pause": {"kind": "wait", "for": {"moons": 1}, "next": "lucky"}}), "$.steps.pause.for"),
    (scenario(steps={"pause": {"kind": "wait", "clock": "25:00", "next": "lucky"}}), "$.steps.pause.clock"),
    (
        scenario(steps={"pause": {"kind": "wait", "for": {"days": 1}, "met": "bye", "next": "lucky"}}),
        "$.steps.pause.met",
    ),
    (
        scenario(steps={"pause": {"kind": "wait", "for": {"days": 1}, "event": "Ordered", "next": "lucky"}}),
        "$.steps.pause.met",
    ),
    (scenario(steps={"lucky": {"kind": "branch", "yes": "thank", "no": "bye"}}), "$.steps.lucky"),
    (scenario(steps={"lucky": {"kind": "branch", "chance": 100, "yes": "thank", "no": "bye"}}), "$.steps.lucky.chance"),
    (
        scenario(steps={"lucky": {"kind": "branch", "rule": {"property": "x", "op": "is", "value": 1}}}),
        "$.steps.lucky.rule.property",
    ),
    (scenario(steps={"bye": {"kind": "end"}}), "$.steps.bye.reason"),
    (scenario(steps={"lonely": BYE}), "$.steps.lonely"),
    (
        scenario(steps={"lucky": {"kind": "branch", "chance": 5, "yes": "pause", "no": "pause"}, "thank": BYE}),
        "$.steps.pause",
    ),
    (scenario(steps={"lucky": {"kind": "branch", "chance": 5, "yes": "lucky", "no": "thank"}}), "$.steps.lucky"),
]


@pytest.mark.parametrize(("data", "path"), WRONG, ids=[path for _, path in WRONG])
def test_what_is_wrong_is_named_at_its_path(data, path):
    assert refused(data)[path]


def test_every_problem_is_told_at_once():
    assert set(refused({"steps": {"a": {"kind": "end"}, "b": {"kind": "wait"}}, "start": "c"})) == {
        "$.trigger",
        "$.trigger.event",
        "$.steps.a.reason",
        "$.steps.b",
        "$.steps.b.next",
        "$.start",
    }


def test_a_loop_with_a_wait_in_it_is_allowed():
    parse(scenario(steps={"lucky": {"kind": "branch", "chance": 5, "yes": "thank", "no": "pause"}}))
