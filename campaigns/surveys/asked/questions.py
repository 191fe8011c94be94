"""What a question is: its type and everything its author wrote. What a type takes: `campaigns.surveys.asked.kinds`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

_VALUE = re.compile(r"\{\{\s*value\s*\}\}")


class Type(StrEnum):
    ONE_OF = "one_of"
    SEVERAL_OF = "several_of"
    STARS = "stars"
    YES_NO = "yes_no"
    TEXT = "text"
    EMAIL = "email"
    LINE = "line"
    SMILEYS = "smileys"
    SCALE = "scale"
    NPS = "nps"
    CSAT = "csat"
    CES = "ces"
    SLIDER = "slider"
    NUMBER = "number"
    DATE = "date"
    RANKING = "ranking"
    MATRIX = "matrix"
    PICTURE = "picture"
    PRODUCT = "product"
    PHONE = "phone"
    ADDRESS = "address"
    FIRST_NAME = "first_name"
    PHOTO = "photo"
    CONSENT = "consent"
    PERMISSION = "permission"
    HIDDEN = "hidden"
    STATEMENT = "statement"
    PAGE = "page"


CHOSEN = frozenset({Type.ONE_OF, Type.SEVERAL_OF, Type.RANKING, Type.MATRIX, Type.PICTURE, Type.PRODUCT})
"""Types whose choices the owner writes."""

SAYS_WHERE = frozenset({Type.ONE_OF, Type.SEVERAL_OF, Type.TEXT, Type.LINE})
"""Types that can ask how somebody found us."""

SCALES: dict[Type, tuple[int, int]] = {
    Type.STARS: (1, 5),
    Type.SMILEYS: (1, 5),
    Type.SCALE: (1, 10),
    Type.NPS: (0, 10),
    Type.CSAT: (1, 5),
    Type.CES: (1, 7),
}
"""Types that are answered with a number of a scale: its ends, unless the author of a `scale` said others."""

OF_THE_PERSON = frozenset({Type.EMAIL, Type.FIRST_NAME, Type.PHONE, Type.ADDRESS, Type.PERMISSION})
"""Types whose answer is kept with the person, not as something to remember."""

SILENT = frozenset({Type.STATEMENT, Type.PAGE})
"""Types that stand among the questions and ask nothing."""

NEVER_REMEMBERED = OF_THE_PERSON | SILENT | {Type.PHOTO, Type.CONSENT, Type.MATRIX}
"""Types that become no preference."""

TALKS = frozenset({Type.TEXT, Type.LINE})
"""Types whose words can begin a conversation; of those in SCALES a low number can."""

USUALLY_LOW: dict[Type, int] = {Type.STARS: 2, Type.SMILEYS: 2, Type.NPS: 6, Type.CSAT: 2, Type.CES: 3}
"""What is offered as a low answer; of a `scale` a third of its numbers."""

ONE_TAP = frozenset({Type.ONE_OF, Type.YES_NO, *SCALES})
"""Types that one tap in a mail can answer."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`picture` is the name of a kept one, `product` the public id of one in the catalog."""

    no: int
    label: str
    picture: str = ""
    product: str = ""


@dataclass(frozen=True, slots=True)
class Remember:
    """The preference an answer becomes, and the sentence in which a message would say it."""

    key: str
    label: str
    citable: bool = False
    sentence: str = ""

    def say(self, value: str) -> str:
        return _VALUE.sub(lambda _match: value, self.sentence)


@dataclass(frozen=True, slots=True)
class Jump:
    """Where to go on once its page was sent and `when`, a rule, holds: a later page, `end` or `screen_out`."""

    when: Any
    to: str


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    type: Type
    text: str
    help: str = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    remember: Remember | None = None
    found_us: bool = False
    """It asks how they found us: the answer is where they came from."""
    topics: tuple[str, ...] = ()
    """Keys of what a permission is for."""
    rows: tuple[Choice, ...] = ()
    """What a matrix asks of, each answered with one of the choices."""
    other: bool = False
    """Something else may be written instead of a choice."""
    random: bool = False
    """The choices stand in another order for each person."""
    least: int | None = None
    most: int | None = None
    """Bounds: of a number, a slider or a scale its value; of several answers their count; of words their characters."""
    low: str = ""
    high: str = ""
    """What the ends of a scale mean."""
    show: Any = None
    """A rule: it is asked of those for whom it holds."""
    jumps: tuple[Jump, ...] = ()
    talk: bool = False
    """Whoever writes something begins a conversation."""
    talk_at_most: int | None = None
    """Of a scale: whoever answers with it or less begins one."""
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """In other languages, by place: see campaigns.surveys.asked.languages."""

    @property
    def ends(self) -> tuple[int, int]:
        """The first and the last number of a scale or a slider."""
        if self.type is Type.SLIDER:
            return self.least or 0, 100 if self.most is None else self.most
        low, high = SCALES[self.type]
        return (low, self.most or high) if self.type is Type.SCALE else (low, high)

    @property
    def usually_low(self) -> int:
        """What is offered as the highest number that begins a conversation."""
        low, high = self.ends
        return USUALLY_LOW.get(self.type, max(low, low + (high - low + 1) // 3 - 1))

    def options(self) -> tuple[Choice, ...]:
        """What can be chosen, the built-in answers of scales and yes / no included."""
        if self.type in SCALES:
            low, high = self.ends
            return tuple(Choice(no, str(no)) for no in range(low, high + 1))
        if self.type is Type.YES_NO:
            return Choice(1, _("Yes")), Choice(2, _("No"))
        return self.choices

    def option(self, no: int) -> Choice | None:
        return next((choice for choice in self.options() if choice.no == no), None)
