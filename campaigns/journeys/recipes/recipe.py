"""What every recipe is made of: fields, and the definition that they stand for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from campaigns.journeys.audience import audience_of
from campaigns.journeys.definition import Occurrence
from campaigns.journeys.recipes.letters import Filling, finished
from campaigns.journeys.recipes.needs import Need
from campaigns.surveys.asked.questions import Type
from campaigns.surveys.queries import OneTap
from crm import rules

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

type Text = str | _StrPromise
type Fields = Mapping[str, Any]
"""What a form gave: `start`, `wait`, `survey`, `date`, `topic`, `language`, `subject`, `text`, and the recipe's own
numbers and letters."""

WAITS: dict[str, tuple[Text, dict[str, Any] | None]] = {
    "now": (_("at once"), None),
    "10_minutes": (_("10 minutes"), {"for": {"minutes": 10}}),
    "1_hour": (_("1 hour"), {"for": {"hours": 1}}),
    "morning": (_("until 9:00, their time"), {"clock": "09:00"}),
    "1_day": (_("1 day"), {"for": {"days": 1}}),
    "3_days": (_("3 days"), {"for": {"days": 3}}),
    "1_week": (_("1 week"), {"for": {"weeks": 1}}),
}
"""How long to wait, by the field's value: words, and what stands in the step."""


class Group(StrEnum):
    """What a recipe is for. They stand on the page in this order."""

    GREET = "greet"
    SELL = "sell"
    ASK = "ask"
    CARE = "care"
    WIN_BACK = "win_back"


GROUPS: dict[Group, Text] = {
    Group.GREET: _("Greet"),
    Group.SELL: _("Sell"),
    Group.ASK: _("Ask and remember"),
    Group.CARE: _("Care"),
    Group.WIN_BACK: _("Win back"),
}


class Asks(StrEnum):
    """Which question of a survey a recipe works with: one whose answer is remembered, or one with stars."""

    REMEMBERED = "remembered"
    STARS = "stars"


@dataclass(frozen=True)
class Start:
    """One way in which a journey may begin."""

    label: Text
    trigger: dict[str, Any]


@dataclass(frozen=True)
class Numbers:
    """A field for a whole number."""

    label: Text
    least: int
    most: int
    initial: int


@dataclass(frozen=True)
class Letter:
    """A message with its finished text; `step` is the step that sends it. The first of a recipe has no `name`, the
    others have one, and a `label` on the form."""

    step: str
    name: str = ""
    label: Text = ""

    @property
    def prefix(self) -> str:
        """What its fields begin with."""
        return f"{self.name}_" if self.name else ""


@dataclass(frozen=True)
class Recipe:
    """`starts` has at least one entry; `numbers` are further fields of "starts when"; `wait` is '' where the recipe's
    own numbers say how long. `dated` recipes go by a date that we remember. `build` makes the definition of clean
    fields; `concerns` is a rule on the people whom it would have met within a year, where its trigger tells too little.
    """

    slug: str
    group: Group
    title: Text
    promise: Text
    starts: Mapping[str, Start]
    letters: tuple[Letter, ...]
    needs: tuple[Need, ...]
    build: Callable[[Fields, OneTap], dict[str, Any]]
    wait: str = ""
    numbers: Mapping[str, Numbers] = field(default_factory=dict)
    asks: Asks | None = None
    dated: bool = False
    concerns: dict[str, Any] | None = None

    @property
    def only_start(self) -> Start:
        """What begins it where there is nothing to choose."""
        return next(iter(self.starts.values()))

    def main_way(self) -> list[str]:
        """The kinds of its steps as it is offered, for whoever answers, up to the last thing that is done."""
        definition = self.build(offered(self, Filling(date="date"), topic=""), NO_QUESTION)
        steps, here = definition["steps"], definition["start"]
        found: list[str] = []
        while steps[here]["kind"] != "end":
            found.append(steps[here]["kind"])
            here = _onward(steps[here], steps)
        return found[:-1] if found[-1] == "wait" else found

    def concerned(self, start: str = "") -> rules.Rule:
        """Whom it would have met within a year, begun in that way."""
        if self.concerns:
            return rules.parse(self.concerns)
        trigger = self.starts.get(start, self.only_start).trigger
        rule = rules.parse(trigger["rule"], event_at_hand=True) if "rule" in trigger else None
        return audience_of(Occurrence(trigger["event"], rule))


NO_QUESTION = OneTap("", "", "", (), "", Type.TEXT)
"""For recipes that ask none."""


def waited(wait: str, then: str) -> tuple[str, dict[str, Any]]:
    """The first step, and the wait as steps: none where nothing is waited for."""
    body = WAITS[wait][1]
    if body is None:
        return then, {}
    return "wait", {"wait": {"kind": "wait", **body, "next": then}}


def letter(fields: Fields, next: str, prefix: str = "") -> dict[str, Any]:
    """A message step of the form's subject and text."""
    return {"kind": "send", "design": _design(fields, prefix), "topic": fields["topic"], "next": next}


def service(fields: Fields, next: str, prefix: str = "") -> dict[str, Any]:
    """The same, for what somebody asked for: it needs no permission."""
    return {"kind": "send", "design": _design(fields, prefix), "class": "transactional", "next": next}


def end(reason: str) -> dict[str, Any]:
    return {"kind": "end", "reason": reason}


def _onward(step: dict[str, Any], steps: Mapping[str, Any]) -> str:
    """Through the first exit of a wait, where more is done than otherwise, and of a branch where more is done."""
    if step["kind"] == "branch":
        return step["no"] if steps[step["no"]]["kind"] != "end" else step["yes"]
    out = step["exits"][0]["next"] if step.get("exits") else step["next"]
    return step["next"] if steps[out]["kind"] == "end" and steps[step["next"]]["kind"] != "end" else out


def _design(fields: Fields, prefix: str) -> dict[str, Any]:
    return {"subject": fields[f"{prefix}subject"], "body": fields[f"{prefix}text"]}


def offered(recipe: Recipe, filling: Filling, *, topic: str) -> dict[str, Any]:
    """The fields as the form offers them, for those who take the recipe as it is."""
    fields: dict[str, Any] = {
        "name": str(recipe.title),
        "start": next(iter(recipe.starts)),
        "wait": recipe.wait,
        "topic": topic,
        "language": filling.language,
        "survey": filling.question,
        "date": filling.date,
    }
    fields |= {key: number.initial for key, number in recipe.numbers.items()}
    for said in recipe.letters:
        text = finished(recipe.slug, said.name, filling)
        fields |= {f"{said.prefix}subject": text.subject, f"{said.prefix}text": text.text}
    return fields
