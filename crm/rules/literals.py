"""The values that rules are written with, checked before they mean anything.

Every function takes what JSON held and returns the value, or raises ValueError with a message for people.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from .kinds import DATE_IN_TEXT, JSON_KINDS, Kind
from .operators import Operator, Takes
from .problems import UNSTORABLE, shown

LONGEST_TEXT = 500
MOST_VALUES = 500
LARGEST_NUMBER = 10**15
LONGEST_WINDOW = timedelta(days=36525)
YEARS = range(1900, 3000)
UNITS = {"minutes": 60, "hours": 3600, "days": 86400, "weeks": 7 * 86400}


def text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise ValueError(_("This must be a text."))
    if not raw:
        raise ValueError(_("This must not be empty."))
    if len(raw) > LONGEST_TEXT:
        raise ValueError(_("This is longer than {most} characters.").format(most=LONGEST_TEXT))
    if UNSTORABLE.search(raw):
        raise ValueError(_("This holds a character that cannot be stored."))
    return raw


def number(raw: Any) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise ValueError(_("This must be a number."))
    if not abs(raw) < LARGEST_NUMBER:  # so that NaN is refused too
        raise ValueError(_("This number is too large."))
    return Decimal(repr(raw))


def boolean(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise ValueError(_("This must be true or false."))
    return raw


def day(raw: Any) -> date:
    if not isinstance(raw, str) or not re.fullmatch(DATE_IN_TEXT, raw):
        raise ValueError(_("This must be a date such as 2026-05-31."))
    try:
        found = date.fromisoformat(raw)
    except ValueError:
        raise ValueError(_("There is no such date as {value}.").format(value=raw)) from None
    return _in_years(found)


def moment(raw: Any) -> date | datetime:
    """A calendar date, or a time with its offset."""
    if isinstance(raw, str) and re.fullmatch(DATE_IN_TEXT, raw):
        return day(raw)
    message = _("This must be a date such as 2026-05-31, or a time with its offset such as 2026-05-31T09:00:00+02:00.")
    try:
        found = datetime.fromisoformat(raw) if isinstance(raw, str) and len(raw) <= 40 else None
    except ValueError:
        found = None
    if found is None or found.utcoffset() is None:
        raise ValueError(message)
    return _in_years(found)


def _in_years[Moment: date](found: Moment) -> Moment:
    if found.year not in YEARS:
        raise ValueError(_("The year must be between {first} and {last}.").format(first=YEARS[0], last=YEARS[-1]))
    return found


def duration(raw: Any) -> timedelta:
    """One of ``{"minutes": n}``, ``{"hours": n}``, ``{"days": n}`` (of 24 hours), ``{"weeks": n}``."""
    if not isinstance(raw, dict) or len(raw) != 1 or next(iter(raw)) not in UNITS:
        raise ValueError(_('This must be a span of time such as {"days": 30}.'))
    unit, amount = next(iter(raw.items()))
    if isinstance(amount, bool) or not isinstance(amount, int) or amount < 1:
        raise ValueError(_("A span of time needs a whole number from 1."))
    if amount > LONGEST_WINDOW.total_seconds() // UNITS[unit]:
        raise ValueError(_("A span of time is 100 years at most."))
    return timedelta(seconds=amount * UNITS[unit])


def whole_days(raw: Any) -> timedelta:
    found = duration(raw)
    if found % timedelta(days=1):
        raise ValueError(_("A date can only be compared with whole days."))
    return found


ONE: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: text,
    Kind.CHOICE: text,
    Kind.LIST: text,
    Kind.NUMBER: number,
    Kind.BOOLEAN: boolean,
    Kind.DATE: day,
    Kind.DATETIME: moment,
}

IN_JSON: dict[Kind, Any] = {
    Kind.TEXT: str,
    Kind.NUMBER: (int, float),
    Kind.BOOLEAN: bool,
    Kind.DATE: str,
    Kind.LIST: list,
}


def value_for(operator: Operator, kind: Kind, raw: Any) -> Any:
    """What an operator on a value of this kind is given, in the shape that the operator takes."""
    match operator.takes:
        case Takes.DURATION:
            return whole_days(raw) if kind is Kind.DATE else duration(raw)
        case Takes.MANY:
            return _many(ONE[kind], raw)
        case Takes.PAIR:
            return _pair(ONE[kind], raw)
    return ONE[kind](raw)


def _many(one: Callable[[Any], Any], raw: Any) -> tuple[Any, ...]:
    if not isinstance(raw, list) or not raw:
        raise ValueError(_("This must be a list with at least one value."))
    if len(raw) > MOST_VALUES:
        raise ValueError(_("This list has more than {most} values.").format(most=MOST_VALUES))
    return tuple(one(item) for item in raw)


def _pair(one: Callable[[Any], Any], raw: Any) -> tuple[Any, Any]:
    if not isinstance(raw, list) or len(raw) != 2:
        raise ValueError(_("This must be a list of two values, the lower one first."))
    low, high = one(raw[0]), one(raw[1])
    if isinstance(low, date) and isinstance(low, datetime) != isinstance(high, datetime):
        raise ValueError(_("Both must be dates, or both times."))
    if low > high:
        raise ValueError(_("The first value must not be more than the second."))
    return low, high


def kind_in_json(operator: Operator, raw: Any) -> tuple[Kind, Any]:
    """Which kind a value without a declared one is compared as: the first that the operator and the value fit."""
    if operator.takes is Takes.NOTHING:
        return Kind.JSON, None
    candidates = [kind for kind in JSON_KINDS if kind in operator.kinds]
    problems = []
    for kind in candidates:
        try:
            return kind, value_for(operator, kind, raw)
        except ValueError as problem:
            problems.append(str(problem))
    raise ValueError(problems[_likeliest(candidates, raw)])


def _likeliest(candidates: list[Kind], raw: Any) -> int:
    """Which candidate's complaint to show: the one whose type of value was given."""
    types: dict[Kind, Any] = {
        Kind.TEXT: str,
        Kind.NUMBER: (int, float),
        Kind.BOOLEAN: bool,
        Kind.DATE: str,
        Kind.LIST: list,
    }
    sample = raw[0] if isinstance(raw, list) and raw else raw
    return next((i for i, kind in enumerate(candidates) if isinstance(sample, types[kind])), 0)


def choice_among(choices: tuple[tuple[str, Any], ...], value: Any) -> None:
    """Refuse what is not one of the choices, if there are any."""
    known = {key for key, label in choices}
    for item in value if isinstance(value, tuple) else (value,):
        if known and item not in known:
            listed = ", ".join(sorted(known)[:20])
            raise ValueError(_("“{value}” is not one of: {choices}.").format(value=shown(item), choices=listed))
