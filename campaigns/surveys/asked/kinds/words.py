"""Words, names, addresses, numbers and days: answers that are written."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.utils import formats
from django.utils.translation import gettext as _

from campaigns.surveys.asked.kinds import classes
from campaigns.surveys.asked.kinds.kind import MAX_VALUE, Answer, Kind, Parts, Tally, Wrong, bar, single
from campaigns.surveys.asked.questions import Question
from crm.contacts import normal
from crm.preferences.models import PreferenceKey

MAX_TEXT = 500
MAX_NAME = 100
MOST_TEXT = 5_000
"""What an author may allow at most."""
MOST_MONTHS = 24
"""Bars of one chart of days."""
ADDRESS = ("-street", "-postcode", "-city", "-country")


class Words(Kind):
    """Several lines."""

    template = "words"
    free = True
    one_line: ClassVar[bool] = False
    longest: ClassVar[int] = MAX_TEXT

    def most(self, question: Question) -> int:
        return min(question.most or self.longest, MOST_TEXT)

    def read(self, question: Question, said: Parts) -> Answer:
        words = single(said).replace("\x00", "").replace("\r\n", "\n").strip()
        words = " ".join(words.split()) if self.one_line else words
        if len(words) > self.most(question):
            raise Wrong(_("At most %(count)d characters, please.") % {"count": self.most(question)})
        if question.least is not None and len(words) < question.least:
            raise Wrong(_("At least %(count)d characters, please.") % {"count": question.least})
        return Answer(words[:MAX_VALUE], (words,), words)


class Line(Words):
    template = "line"
    one_line = True
    longest = 200


class FirstName(Line):
    longest = MAX_NAME
    free = False


class Email(Kind):
    """A claim, also where it asks for permission to write."""

    def read(self, question: Question, said: Parts) -> Answer:
        words = single(said)
        if normal.identity("email", words) is None:
            raise Wrong(_("This address is not complete. It looks like name@example.com."))
        return Answer(words, (words,), words)


class Permission(Email):
    template = "permission"

    def lacking(self, question: Question) -> tuple[str, str] | None:
        if found := super().lacking(question):
            return found
        return None if question.topics else ("topics", _("Say what you would write about."))


class Phone(Kind):
    def read(self, question: Question, said: Parts) -> Answer:
        words = single(said)
        if normal.digits(words) == "" or not 5 <= len(normal.digits(words)) <= 15:
            raise Wrong(_("This number is not complete. It looks like +44 7700 900123."))
        return Answer(words[:40], (words[:40],), words[:40])


class Number(Kind):
    counted = True
    template = "number"
    memory = PreferenceKey.Type.NUMBER

    def read(self, question: Question, said: Parts) -> Answer:
        words = single(said)
        plain = words.replace(",", ".") if words.count(",") == 1 and "." not in words else words
        whole, _dot, rest = plain.removeprefix("-").partition(".")
        if not (whole.isascii() and whole.isdigit() and len(whole) < 13) or (rest and not _digits(rest)):
            raise Wrong(_("Please write a number, such as 12 or 12.5."))
        number = Decimal(plain)
        if question.least is not None and number < question.least:
            raise Wrong(_("At least %(count)d, please.") % {"count": question.least})
        if question.most is not None and number > question.most:
            raise Wrong(_("At most %(count)d, please.") % {"count": question.most})
        value = f"{number.normalize():f}" if number else "0"
        return Answer(value, (value,), words)

    def marks(self, question: Question, given: Mapping[str, Any]) -> list[tuple[str, str | None]]:
        return classes.marks(given)

    def tally(self, question: Question, chosen: Counter[str], answered: int) -> Tally:
        return Tally(classes.bars(chosen, answered), upright=True)


class Day(Kind):
    counted = True
    template = "day"
    memory = PreferenceKey.Type.DATE

    def read(self, question: Question, said: Parts) -> Answer:
        words = single(said)
        try:
            day = date.fromisoformat(words) if len(words) == 10 and words.isascii() else None
        except ValueError:
            day = None
        if day is None:
            raise Wrong(_("Please write a day, such as 2026-05-01."))
        return Answer(day.isoformat(), (day.isoformat(),), formats.date_format(day))

    def marks(self, question: Question, given: Mapping[str, Any]) -> list[tuple[str, str | None]]:
        """Its month."""
        return [(str(given.get("value", ""))[:7], None)]

    def tally(self, question: Question, chosen: Counter[str], answered: int) -> Tally:
        """By month, the months between too; by year where they are many."""
        months = {no: count for no, count in chosen.items() if len(no) == 7 and count}
        if not months:
            return Tally()
        cut = 7 if _months(min(months), max(months)) < MOST_MONTHS else 4
        counts = Counter[str]()
        for month, count in months.items():
            counts[month[:cut]] += count
        labels = _between(min(counts), max(counts)) if cut == 7 else sorted(counts)[-MOST_MONTHS:]
        return Tally([bar(label, counts[label], answered) for label in labels], upright=True)


class Address(Kind):
    template = "address"
    grouped = True
    free = True

    def ends(self, question: Question) -> tuple[str, ...]:
        return ADDRESS

    def read(self, question: Question, said: Parts) -> Answer:
        parts = {end: _one_line(single(said, end)) for end in ADDRESS if said.get(end)}
        if "-street" not in parts or "-city" not in parts:
            raise Wrong(_("Please write at least the street and the town."))
        if any(len(part) > MAX_NAME for part in parts.values()):
            raise Wrong(_("At most %(count)d characters, please.") % {"count": MAX_NAME})
        town = " ".join(parts[end] for end in ("-postcode", "-city") if end in parts)
        words = "\n".join(filter(None, [parts["-street"], town, parts.get("-country", "")]))
        return Answer(words, (words,), words, {end: (part,) for end, part in parts.items()})

    def refilled(self, question: Question, value: str) -> Parts:
        return {}


def _one_line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 7


def _months(first: str, last: str) -> int:
    (year, month), (end, other) = (map(int, text.split("-")) for text in (first, last))
    return 12 * (end - year) + other - month


def _between(first: str, last: str) -> list[str]:
    year, month = map(int, first.split("-"))
    return [
        f"{year + (month - 1 + after) // 12:04}-{(month - 1 + after) % 12 + 1:02}"
        for after in range(_months(first, last) + 1)
    ]
