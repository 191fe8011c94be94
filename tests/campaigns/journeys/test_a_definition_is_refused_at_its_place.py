import pytest

from campaigns.journeys.definition import Again, Send
from campaigns.journeys.parse import InvalidDefinition, parse
from tests.campaigns.journeys.scenarios import ASK, letter, scenario, split

TWIN = {"name": "A", "share": 50, "next": "thank"}
BACK = {"thank": letter("Thank you", next="pause")}
BYE = {"kind": "end", "reason": "Asked"}


def waiting(**more) -> dict:
    return {"kind": "wait", "for": {"days": 1}, "next": "lucky", **more}


def refused(data) -> dict[str, str]:
    with pytest.raises(InvalidDefinition) as caught:
        parse(data)
    return {problem.path: problem.message for problem in caught.value.problems}


def test_a_sound_definition_is_read():
    definition = parse(ASK)
    assert definition.trigger.event == "Order Completed"
    assert definition.entry.again is Again.NEVER
    assert definition.freshness.total_seconds() == 24 * 3600
    assert [step.id for step in definition.all(Send)] == ["ask", "thank"]


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
    (scenario(entry={"again": "never", "per_day": 0}), "$.entry.per_day"),
    (scenario(entry={"again": "never", "per_day": "50"}), "$.entry.per_day"),
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
    (
        scenario(
            steps={
                "ask": {
                    "kind": "send",
                    "design": {"subject": "Hi", "body": "<p>Hi</p>", "kind": "html"},
                    "topic": "offers",
                    "on_hold": "merge",
                    "next": "pause",
                }
            }
        ),
        "$.steps.ask.on_hold",
    ),  # fmt: skip
    (scenario(steps={"pause": {"kind": "wait", "next": "lucky"}}), "$.steps.pause"),
    (scenario(steps={"pause": {"kind": "wait", "for": {"days": 0}, "next": "lucky"}}), "$.steps.pause.for"),
    (scenario(steps={"pause": {"kind": "wait", "for": {"days": 9999}, "next": "lucky"}}), "$.steps.pause.for"),
    (scenario(steps={"pause": {"kind": "wait", "for": {"moons": 1}, "next": "lucky"}}), "$.steps.pause.for"),
    (scenario(steps={"pause": {"kind": "wait", "clock": "25:00", "next": "lucky"}}), "$.steps.pause.clock"),
    (
        scenario(steps={"pause": {"kind": "wait", "for": {"days": 1}, "exits": [{"next": "bye"}], "next": "lucky"}}),
        "$.steps.pause.exits[0]",
    ),
    (
        scenario(steps={"pause": {"kind": "wait", "for": {"days": 1}, "exits": [{"event": "Ordered"}]}}),
        "$.steps.pause.exits[0].next",
    ),
    (scenario(steps={"pause": waiting(exits={"event": "Ordered"})}), "$.steps.pause.exits"),
    (scenario(steps={"pause": waiting(weekdays=["mon"])}), "$.steps.pause.weekdays"),
    (scenario(steps={"pause": waiting(clock="09:00", weekdays=["someday"])}), "$.steps.pause.weekdays[0]"),
    (scenario(steps={"pause": waiting(day={"of": ""})}), "$.steps.pause.day.of"),
    (scenario(steps={"pause": waiting(day={"of": "birthday", "shift": 400})}), "$.steps.pause.day.shift"),
    (scenario(steps={"pause": waiting(day={"of": "birthday", "yearly": "yes"})}), "$.steps.pause.day.yearly"),
    (scenario(steps={"lucky": {"kind": "split", "arms": []}}), "$.steps.lucky.arms"),
    (scenario(steps={"lucky": {"kind": "split", "arms": [TWIN, TWIN]}}), "$.steps.lucky.arms"),
    (scenario(steps={"thank": {"kind": "remember", "key": "", "value": "x"}}), "$.steps.thank.key"),
    (scenario(steps={"thank": {"kind": "remember", "key": "a", "value": "x", "how": "plus"}}), "$.steps.thank.value"),
    (scenario(steps={"thank": {"kind": "webhook", "url": ""}}), "$.steps.thank.url"),
    (scenario(steps={"thank": {"kind": "webhook", "url": "ftp://shop.example/"}}), "$.steps.thank.url"),
    (scenario(steps={"thank": {"kind": "webhook", "url": ["https://shop.example/"]}}), "$.steps.thank.url"),
    (scenario(steps={"thank": {"kind": "join", "journey": "other"}}), "$.steps.thank.journey"),
    (scenario(steps={"thank": {"kind": "leave", "journey": 7}}), "$.steps.thank.journey"),
    (scenario(steps={"thank": {"kind": "offer", "offer": ""}}), "$.steps.thank.offer"),
    (
        scenario(
            steps={"thank": {"kind": "task", "task": "call", "text": "Call", "escalate": {"after": {"hours": 0}}}}
        ),
        "$.steps.thank.escalate.after",
    ),
    (scenario(steps={"thank": {"kind": "task", "task": "dance", "text": "Call"}}), "$.steps.thank.task"),
    (scenario(steps={"thank": {"kind": "task", "task": "call", "text": "Call"}}), "$.steps.thank.within"),
    (scenario(goal={"event": ""}), "$.goal.event"),
    (scenario(entry={"again": "never", "key": ""}), "$.entry.key"),
    (scenario(steps={"lucky": {"kind": "branch", "yes": "thank", "no": "bye"}}), "$.steps.lucky"),
    (scenario(steps={"lucky": split(thank=60, bye=60)}), "$.steps.lucky.arms"),
    (
        scenario(steps={"lucky": {"kind": "branch", "rule": {"property": "x", "op": "is", "value": 1}}}),
        "$.steps.lucky.rule.property",
    ),
    (scenario(steps={"bye": {"kind": "end"}}), "$.steps.bye.reason"),
    (scenario(steps={"lonely": BYE}), "$.steps.lonely"),
    (
        scenario(steps={"lucky": split(pause=50, ask=50), "thank": BYE}),
        "$.steps.pause",
    ),
    (scenario(steps={"lucky": split(lucky=5, thank=95)}), "$.steps.lucky"),
    (scenario(steps={"pause": {"kind": "wait", "day": {"of": "visit"}, "next": "lucky"}, **BACK}), "$.steps.pause"),
    (scenario(steps={"pause": waiting(exits=[{"rule": {"all": []}, "next": "thank"}]), **BACK}), "$.steps.pause"),
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


@pytest.mark.parametrize(
    "wait",
    [{"for": {"days": 1}}, {"clock": "09:00"}, {"day": {"of": "birthday", "yearly": True}}],
)
def test_a_loop_with_a_wait_in_it_is_allowed(wait):
    parse(scenario(steps={"pause": {"kind": "wait", "next": "lucky", **wait}, "lucky": split(thank=5, pause=95)}))
