"""What every recipe is made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from campaigns.surveys.queries import OneTap

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

type Text = str | _StrPromise
type Fields = Mapping[str, Any]
"""What a form gave: `start`, `wait`, `survey`, `topic`, `subject`, `text`, and the recipe's own numbers and letters."""

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


@dataclass(frozen=True)
class Start:
    """One way in which a journey may begin."""

    label: Text
    trigger: dict[str, Any]


@dataclass(frozen=True)
class Numbers:
    """A field for a whole number that is a part of "starts when"."""

    label: Text
    least: int
    most: int
    initial: int


@dataclass(frozen=True)
class Letter:
    """A message with its finished text; `text` gets the survey that it asks."""

    subject: Text
    text: Callable[[OneTap], str]


@dataclass(frozen=True)
class Recipe:
    """`starts` has at least one entry; `numbers` are further fields of "starts when"; `thanks` is a second letter for
    those who answered. `build` makes the definition of clean fields."""

    slug: str
    title: Text
    promise: Text
    starts: Mapping[str, Start]
    wait: str
    letter: Letter
    build: Callable[[Fields, OneTap], dict[str, Any]]
    numbers: Mapping[str, Numbers]
    thanks: Letter | None = None

    @property
    def only_start(self) -> Start:
        """What begins it where there is nothing to choose."""
        return next(iter(self.starts.values()))


def waited(wait: str, then: str) -> tuple[str, dict[str, Any]]:
    """The first step, and the wait as steps: none where nothing is waited for."""
    body = WAITS[wait][1]
    if body is None:
        return then, {}
    return "wait", {"wait": {"kind": "wait", **body, "next": then}}


def letter(fields: Fields, next: str, prefix: str = "") -> dict[str, Any]:
    """A message step of the form's subject and text."""
    return {
        "kind": "send",
        "design": {"subject": fields[f"{prefix}subject"], "body": fields[f"{prefix}text"]},
        "topic": fields["topic"],
        "next": next,
    }


def offered(recipe: Recipe, question: OneTap, *, topic: str) -> dict[str, Any]:
    """The fields as the form offers them, for those who take the recipe as it is."""
    fields: dict[str, Any] = {
        "name": str(recipe.title),
        "start": next(iter(recipe.starts)),
        "wait": recipe.wait,
        "topic": topic,
        "survey": question.survey,
    }
    fields |= {key: number.initial for key, number in recipe.numbers.items()}
    for prefix, said in (("", recipe.letter), ("thanks_", recipe.thanks)):
        if said:
            fields |= {f"{prefix}subject": str(said.subject), f"{prefix}text": said.text(question)}
    return fields
