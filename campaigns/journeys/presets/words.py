"""How presets read within a sentence. What is not typed yet is a KeyError."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.journeys.presets.pattern import Text, Values
from crm.segments.queries import choices

type Say = Callable[[Values], str]


def typed(words: Text) -> Say:
    return lambda values: str(words).format(**values)


def nth_order(values: Values) -> str:
    n = values["n"]
    return _("somebody orders for the first time") if n == 1 else _("somebody places order number {n}").format(n=n)


def cart_left(values: Values) -> str:
    hours = values["hours"]
    return ngettext("a cart is left for {n} hour", "a cart is left for {n} hours", hours).format(n=hours)


def away(values: Values) -> str:
    return _("somebody has not ordered for {days}").format(days=_days(values["days"]))


def not_done(values: Values) -> str:
    return _("somebody has not done “{event}” for {days}").format(event=values["event"], days=_days(values["days"]))


def birthday(values: Values) -> str:
    return _moved(_("birthday"), values["shift"])


def anniversary(values: Values) -> str:
    return _("{day}, each year").format(day=date(values))


def date(values: Values) -> str:
    return _moved(f"“{values['key']}”", values["shift"])


def group(words: Text) -> Say:
    def say(values: Values) -> str:
        uid = values["segment"]
        return str(words).format(group=dict(choices()).get(uid, uid))

    return say


def _moved(what: str, shift: int) -> str:
    if not shift:
        return _("it is their {date}").format(date=what)
    words = _("it is {days} before their {date}") if shift < 0 else _("it is {days} after their {date}")
    return words.format(days=_days(abs(shift)), date=what)


def _days(n: int) -> str:
    return ngettext("{n} day", "{n} days", n).format(n=n)
