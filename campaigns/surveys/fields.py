"""A survey as its page shows it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from campaigns.surveys.answers import PREFIX
from campaigns.surveys.definition import WRITTEN, Choice, Definition, Question, Type
from crm.preferences.recall import Cited


@dataclass(frozen=True, slots=True)
class Option:
    no: int
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One question with what is filled in. `said` is what they told us before, only where they may see it."""

    question: Question
    options: Sequence[Option]
    text: str
    error: str
    said: Cited | None = None

    @property
    def name(self) -> str:
        return PREFIX + self.question.id

    @property
    def input(self) -> str:
        """The type of a choice's input."""
        return "checkbox" if self.question.type is Type.SEVERAL_OF else "radio"

    @property
    def is_text(self) -> bool:
        return self.question.type is Type.TEXT

    @property
    def is_email(self) -> bool:
        return self.question.type in (Type.EMAIL, Type.PERMISSION)

    @property
    def is_permission(self) -> bool:
        return self.question.type is Type.PERMISSION

    @property
    def is_stars(self) -> bool:
        return self.question.type is Type.STARS


def fields(
    definition: Definition,
    *,
    chosen: Mapping[str, Collection[str]],
    errors: Mapping[str, str],
    skipped: Collection[str] = (),
    said: Mapping[str, Cited] | None = None,
) -> list[Field]:
    """The questions to put, in order, without those in `skipped`. `said` is by preference key."""
    said = said or {}
    return [
        Field(
            question=question,
            options=[_option(option, chosen.get(question.id, ())) for option in question.options()],
            text=next(iter(chosen.get(question.id, ())), "") if not question.options() else "",
            error=errors.get(question.id, ""),
            said=said.get(question.remember.key) if question.remember else None,
        )
        for question in definition.questions
        if question.id not in skipped
    ]


def _option(option: Choice, chosen: Collection[str]) -> Option:
    return Option(option.no, option.label, str(option.no) in chosen)


def prefill(question: Question, value: str) -> tuple[str, ...]:
    """What the form has selected for a value that is remembered; nothing if it cannot be chosen any more."""
    if question.type in WRITTEN:
        return (value,)
    if question.type is Type.YES_NO:
        return ("1",) if value == "yes" else ("2",)
    labels = {value, *value.split(", ")} if question.type is Type.SEVERAL_OF else {value}
    return tuple(str(option.no) for option in question.options() if option.label in labels)
