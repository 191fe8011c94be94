"""Read a journey from JSON. Nothing is guessed: what is not understood is refused at its place."""

import re
from collections.abc import Callable, Iterable
from datetime import time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from campaigns.journeys import checks
from campaigns.journeys.definition import (
    Again,
    Branch,
    Definition,
    Design,
    End,
    Entry,
    Occurrence,
    OnHold,
    Send,
    Step,
    Wait,
)
from crm.rules.parse import parse as parse_rule
from crm.rules.problems import InvalidRule, Problem, shown
from crm.rules.tree import Rule

MOST_STEPS = 200
LONGEST_WAIT = timedelta(days=800)
LONGEST_FRESHNESS_HOURS = 24  # what is older counts as history from the moment it comes in
MOST_DAYS = 3650
UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 7 * 86400}
STEP_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
CHANNELS = ("email",)
CLASSES = ("marketing", "transactional")
DESIGNS = ("letter", "html", "mjml")


class InvalidDefinition(ValueError):
    """The journey was refused; `problems` has every reason found, each with its JSON path and words for people."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.path}: {problem.message}" for problem in self.problems))

    def as_json(self) -> list[dict[str, str]]:
        return [{"path": problem.path, "message": problem.message} for problem in self.problems]


def parse(data: Any) -> Definition:
    """The definition that `data` (what ``json.loads`` gave) stands for. Raises InvalidDefinition."""
    reader = _Reader()
    definition = reader.definition(data)
    problems = reader.problems or checks.problems(definition)
    if problems:
        raise InvalidDefinition(problems)
    return definition


class _Reader:
    """Notes every problem and goes on with a stand-in, so that all of them are told at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, message))

    def definition(self, data: Any) -> Definition:
        data = self.object(data, "$", ("trigger", "entry", "freshness_hours", "start", "steps"))
        steps = self.steps(data.get("steps"), "$.steps")
        return Definition(
            trigger=self.occurrence(data.get("trigger"), "$.trigger"),
            entry=self.entry(data.get("entry", {"again": "never"}), "$.entry"),
            freshness=timedelta(
                hours=self.whole(data.get("freshness_hours", 24), "$.freshness_hours", 1, LONGEST_FRESHNESS_HOURS)
            ),
            start=self.goal(data.get("start"), "$.start", steps),
            steps=steps,
        )

    def occurrence(self, data: Any, path: str) -> Occurrence:
        data = self.object(data, path, ("event", "rule"))
        return Occurrence(self.text(data.get("event"), f"{path}.event", 200), self.rule(data, path, event_at_hand=True))

    def entry(self, data: Any, path: str) -> Entry:
        data = self.object(data, path, ("again", "days"))
        again = Again(self.choice(data.get("again"), f"{path}.again", tuple(Again)))
        if again is Again.AFTER_DAYS:
            return Entry(again, self.whole(data.get("days"), f"{path}.days", 1, MOST_DAYS))
        if "days" in data:
            self.refuse(f"{path}.days", _("“days” goes with “after_days” only."))
        return Entry(again)

    def steps(self, data: Any, path: str) -> dict[str, Step]:
        if not isinstance(data, dict) or not data:
            self.refuse(path, _("A journey needs at least one step."))
            return {}
        if len(data) > MOST_STEPS:
            self.refuse(path, _("A journey has {most} steps at most.").format(most=MOST_STEPS))
            return {}
        found = {}
        for key, raw in data.items():
            if not STEP_ID.fullmatch(key):
                self.refuse(f"{path}.{shown(key)}", _("A step's name has small letters, digits, - and _, at most 40."))
            elif step := self.step(key, raw, f"{path}.{key}", data):
                found[key] = step
        return found

    def step(self, key: str, data: Any, path: str, steps: dict[str, Any]) -> Step | None:
        if not isinstance(data, dict):
            self.refuse(path, _("A step must be an object."))
            return None
        read: dict[str, Callable[[str, dict, str, dict], Step]]
        read = {"send": self.send, "wait": self.wait, "branch": self.branch, "end": self.end}
        kind = self.choice(data.get("kind"), f"{path}.kind", tuple(read))
        return read[kind](key, data, path, steps)

    def send(self, key: str, data: dict, path: str, steps: dict[str, Any]) -> Send:
        self.object(data, path, ("kind", "design", "channel", "class", "topic", "on_hold", "next"))
        klass = self.choice(data.get("class", "marketing"), f"{path}.class", CLASSES)
        return Send(
            id=key,
            design=self.design(data.get("design"), f"{path}.design"),
            channel=self.choice(data.get("channel", "email"), f"{path}.channel", CHANNELS),
            klass=klass,
            topic=self.topic(data.get("topic"), f"{path}.topic", klass),
            on_hold=OnHold(self.choice(data.get("on_hold", "wait"), f"{path}.on_hold", tuple(OnHold))),
            next=self.goal(data.get("next"), f"{path}.next", steps),
        )

    def topic(self, raw: Any, path: str, klass: str) -> str:
        """Marketing always has one: permission is given by topic."""
        if raw is None and klass != "marketing":
            return ""
        return self.text(raw, path, 40)

    def design(self, data: Any, path: str) -> Design:
        data = self.object(data, path, ("subject", "body", "kind"))
        return Design(
            subject=self.text(data.get("subject"), f"{path}.subject", 300),
            body=self.text(data.get("body"), f"{path}.body", 100_000),
            kind=self.choice(data.get("kind", "letter"), f"{path}.kind", DESIGNS),
        )

    def wait(self, key: str, data: dict, path: str, steps: dict[str, Any]) -> Wait:
        self.object(data, path, ("kind", "for", "clock", "event", "rule", "met", "next"))
        clock = self.clock(data.get("clock"), f"{path}.clock")
        return Wait(
            id=key,
            span=self.span(data["for"], f"{path}.for") if "for" in data else self.no_span(clock, path),
            clock=clock,
            awaited=self.awaited(data, path),
            met=self.goal(data.get("met"), f"{path}.met", steps) if "event" in data else "",
            next=self.goal(data.get("next"), f"{path}.next", steps),
        )

    def awaited(self, data: dict, path: str) -> Occurrence | None:
        if "event" in data:
            rule = self.rule(data, path, event_at_hand=True)
            return Occurrence(self.text(data["event"], f"{path}.event", 200), rule)
        for extra in ("rule", "met"):
            if extra in data:
                self.refuse(f"{path}.{extra}", _("This goes with an “event” to wait for."))
        return None

    def no_span(self, clock: time | None, path: str) -> timedelta:
        if clock is None:
            self.refuse(path, _("Say how long to wait: “for”, “clock”, or both."))
        return timedelta(0)

    def span(self, raw: Any, path: str) -> timedelta:
        unit, amount = next(iter(raw.items())) if isinstance(raw, dict) and len(raw) == 1 else ("", 0)
        if unit not in UNITS or isinstance(amount, bool) or not isinstance(amount, int) or amount < 1:
            self.refuse(path, _('This must be a span of time such as {"days": 3}.'))
            return timedelta(days=1)
        if amount > LONGEST_WAIT.total_seconds() // UNITS[unit]:
            self.refuse(path, _("A wait is {most} days at most.").format(most=LONGEST_WAIT.days))
            return timedelta(days=1)
        return timedelta(seconds=amount * UNITS[unit])

    def clock(self, raw: Any, path: str) -> time | None:
        if raw is None:
            return None
        if not isinstance(raw, str) or not CLOCK.fullmatch(raw):
            self.refuse(path, _("This must be a time of day such as 09:00."))
            return None
        return time.fromisoformat(raw)

    def branch(self, key: str, data: dict, path: str, steps: dict[str, Any]) -> Branch:
        self.object(data, path, ("kind", "rule", "chance", "yes", "no"))
        if ("rule" in data) == ("chance" in data):
            self.refuse(path, _("A branch needs either a “rule” or a “chance”."))
        return Branch(
            id=key,
            rule=self.rule(data, path, event_at_hand=False),
            chance=self.whole(data["chance"], f"{path}.chance", 1, 99) if "chance" in data else 0,
            yes=self.goal(data.get("yes"), f"{path}.yes", steps),
            no=self.goal(data.get("no"), f"{path}.no", steps),
        )

    def end(self, key: str, data: dict, path: str, steps: dict[str, Any]) -> End:
        self.object(data, path, ("kind", "reason"))
        return End(key, self.text(data.get("reason"), f"{path}.reason", 80))

    def rule(self, data: dict, path: str, *, event_at_hand: bool) -> Rule | None:
        if "rule" not in data:
            return None
        try:
            return parse_rule(data["rule"], event_at_hand=event_at_hand)
        except InvalidRule as refused:
            self.problems += [Problem(f"{path}.rule{p.path.removeprefix('$')}", p.message) for p in refused.problems]
            return None

    def goal(self, raw: Any, path: str, steps: dict[str, Any]) -> str:
        """The name of a step that exists."""
        if raw is None or raw == "":
            self.refuse(path, _("Say which step comes next."))
        elif not isinstance(raw, str) or raw not in steps:
            self.refuse(path, _("There is no step “{name}”.").format(name=shown(raw)))
        else:
            return raw
        return ""

    def object(self, data: Any, path: str, allowed: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.refuse(path, _("This must be an object with: {keys}.").format(keys=", ".join(allowed)))
            return {}
        for key in data:
            if key not in allowed:
                self.refuse(f"{path}.{shown(key)}", _("“{key}” is not understood here.").format(key=shown(key)))
        return data

    def choice(self, raw: Any, path: str, allowed: tuple[str, ...]) -> str:
        if isinstance(raw, str) and raw in allowed:
            return raw
        self.refuse(path, _("This must be one of: {choices}.").format(choices=", ".join(allowed)))
        return allowed[0]

    def text(self, raw: Any, path: str, most: int) -> str:
        return self.checked(
            raw,
            path,
            [
                (not isinstance(raw, str) or not raw.strip(), _("This must not be empty.")),
                (
                    isinstance(raw, str) and len(raw) > most,
                    _("This is longer than {most} characters.").format(most=most),
                ),
                (
                    isinstance(raw, str) and UNSTORABLE.search(raw) is not None,
                    _("This holds a character that cannot be stored."),
                ),
            ],
        )

    def checked(self, raw: Any, path: str, tests: list[tuple[bool, str]]) -> str:
        for wrong, message in tests:
            if wrong:
                self.refuse(path, message)
                return ""
        return raw

    def whole(self, raw: Any, path: str, least: int, most: int) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int) or not least <= raw <= most:
            message = _("This must be a whole number from {least} to {most}.")
            self.refuse(path, message.format(least=least, most=most))
            return least
        return raw
