"""A survey as its page shows it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from django.utils.translation import gettext as _

from campaigns.surveys.asked.kinds import kind_of
from campaigns.surveys.asked.kinds.choosing import ELSE, MAX_OTHER
from campaigns.surveys.asked.kinds.kind import OTHER, Parts
from campaigns.surveys.asked.kinds.scales import MOUTHS, SIGN, meaning, usual_ends
from campaigns.surveys.asked.kinds.words import Words
from campaigns.surveys.asked.questions import Choice, Question, Type
from campaigns.surveys.taking.answers import PREFIX
from crm.preferences.recall import Cited


@dataclass(frozen=True, slots=True)
class Option:
    no: int
    label: str
    chosen: bool
    picture: str = ""
    sign: str = ""
    mouth: tuple[int, int] | None = None
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One of several inputs of a question."""

    name: str
    label: str
    value: str
    options: Sequence[Option] = ()
    hint: str = ""


@dataclass(frozen=True)
class Field:
    """One question with what is filled in. `said` is what they told us before, only where they may see it; `seed` names
    the occasion, by which choices are put in another order."""

    question: Question
    text: str
    help: str
    parts: Parts = field(default_factory=dict)
    error: str = ""
    said: Cited | None = None
    seed: str = ""

    @property
    def name(self) -> str:
        return PREFIX + self.question.id

    @property
    def template(self) -> str:
        return f"surveys/public/kinds/{kind_of(self.question).template}.html"

    @property
    def grouped(self) -> bool:
        return kind_of(self.question).grouped

    @property
    def silent(self) -> bool:
        return not kind_of(self.question).ends(self.question)

    @property
    def hidden(self) -> bool:
        return self.question.type is Type.HIDDEN

    @property
    def described(self) -> str:
        """The ids of what is said of the field besides its label."""
        said = [(self.error, "error"), (self.help, "hint"), (self.question.type is Type.PERMISSION, "wording")]
        said.append((self.question.type is Type.PERMISSION, "then"))
        return " ".join(f"{self.name}-{what}" for there, what in said if there)

    @property
    def value(self) -> str:
        return next(iter(self.parts.get("", ())), "")

    @property
    def slid(self) -> str:
        """Where the slider stands."""
        low, high = self.question.ends
        return self.value or str((low + high) // 2)

    @property
    def many(self) -> bool:
        return self.question.type is Type.SEVERAL_OF

    @property
    def longest(self) -> int:
        kind = kind_of(self.question)
        return kind.most(self.question) if isinstance(kind, Words) else 255

    @property
    def input(self) -> str:
        """What a browser offers to write with."""
        return {Type.EMAIL: "email", Type.PERMISSION: "email", Type.PHONE: "tel"}.get(self.question.type, "text")

    @property
    def autocomplete(self) -> str:
        known = {Type.EMAIL: "email", Type.PERMISSION: "email", Type.PHONE: "tel", Type.FIRST_NAME: "given-name"}
        return known.get(self.question.type, "")

    @property
    def options(self) -> list[Option]:
        return self._options(self.question.options(), self.parts.get("", ()))

    @property
    def other(self) -> Line | None:
        """What else may be written."""
        if not self.question.other:
            return None
        return Line(self.name + OTHER, "", next(iter(self.parts.get(OTHER, ())), ""))

    @property
    def other_chosen(self) -> bool:
        return ELSE in self.parts.get("", ())

    @property
    def longest_other(self) -> int:
        return MAX_OTHER

    @property
    def ends(self) -> tuple[str, str]:
        """What the ends of a scale mean."""
        usual = usual_ends(self.question.type)
        return self.question.low or usual[0], self.question.high or usual[1]

    @property
    def places(self) -> range:
        return range(1, len(self.question.choices) + 1)

    @property
    def lines(self) -> list[Line]:
        """The inputs of a question that has several: of a ranking its choices, of a matrix its rows."""
        rows = self.question.rows or self._ordered(self.question.choices)
        return [
            Line(
                f"{self.name}-{row.no}",
                row.label,
                value := next(iter(self.parts.get(f"-{row.no}", ())), ""),
                self._options(self.question.choices, (value,)) if self.question.rows else (),
            )
            for row in rows
        ]

    @property
    def address(self) -> list[Line]:
        """Its inputs, each with what a browser may fill in."""
        words = {
            "-street": (_("Street and number"), "street-address"),
            "-postcode": (_("Postcode"), "postal-code"),
            "-city": (_("Town"), "address-level2"),
            "-country": (_("Country"), "country-name"),
        }
        return [
            Line(self.name + end, label, next(iter(self.parts.get(end, ())), ""), hint=hint)
            for end, (label, hint) in words.items()
        ]

    def _options(self, choices: Sequence[Choice], chosen: Collection[str]) -> list[Option]:
        type = self.question.type
        mouths = MOUTHS if type is Type.SMILEYS else {}
        return [
            Option(
                no=one.no,
                label=one.label,
                chosen=str(one.no) in chosen,
                picture=one.picture,
                sign=SIGN.get(type, ""),
                mouth=mouths.get(one.no),
                meaning=meaning(type, one.no),
            )
            for one in self._ordered(choices)
        ]

    def _ordered(self, choices: Sequence[Choice]) -> list[Choice]:
        if not self.question.random or self.question.rows:
            return list(choices)
        return sorted(choices, key=lambda one: blake2b(f"{self.seed}:{self.question.id}:{one.no}".encode()).digest())
