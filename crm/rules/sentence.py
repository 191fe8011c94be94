"""A rule as one sentence for people."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .fields import Field
from .kinds import Kind
from .operators import Comparison, Takes
from .tree import EVERYONE, NOBODY, AllOf, AnyOf, Did, Leaf, Measure, NoneOf, Place, Rule

AMOUNTS = {
    "at_least": gettext_lazy("at least {value}"),
    "at_most": gettext_lazy("at most {value}"),
    "is": gettext_lazy("exactly {value}"),
    "is_not": gettext_lazy("not exactly {value}"),
    "more_than": gettext_lazy("more than {value}"),
    "less_than": gettext_lazy("less than {value}"),
    "between": gettext_lazy("between {value}"),
}
"""How a count or a sum compares."""


def describe(rule: Rule) -> str:
    """Such as: People whose language is “en” and who ordered at least 2 times in the last 30 days."""
    if rule == EVERYONE:
        return _("Everyone")
    if rule == NOBODY:
        return _("Nobody")
    if isinstance(rule, NoneOf):
        return _("Everyone but those {condition}").format(condition=_either(rule.children))
    return _("People {condition}").format(condition=phrase(rule))


def phrase(rule: Rule) -> str:
    """One part of the sentence, as it follows "People"."""
    match rule:
        case Leaf():
            return _leaf(rule)
        case Did():
            return _did(rule)
        case AllOf(children):
            return _all(children)
        case AnyOf(children):
            return _either(children)
        case NoneOf(children):
            return _("who are not those {condition}").format(condition=_grouped(AnyOf(children)))


def condition(comparison: Comparison, field: Field | None = None) -> str:
    """Such as: is more than 10."""
    if comparison.value is True:
        return _("is yes") if comparison.operator.key == "is" else _("is not yes")
    if comparison.value is False:
        return _("is no") if comparison.operator.key == "is" else _("is not no")
    labels = dict(field.choices()) if field else {}
    return str(comparison.operator.phrase).format(value=_value(comparison, labels))


def readable(value: Any) -> str:
    """A value as it is shown in a sentence; a text in quotation marks."""
    match value:
        case None:
            return _("nothing")
        case bool():
            return _("yes") if value else _("no")
        case timedelta():
            return _span(value)
        case datetime():
            return date_format(value, "DATETIME_FORMAT")
        case date():
            return date_format(value, "DATE_FORMAT")
        case Decimal():
            return f"{value.normalize():f}"
        case tuple():
            return ", ".join(readable(item) for item in value)
    return _("“{text}”").format(text=value)


def _all(children: tuple[Rule, ...]) -> str:
    if not children:
        return _("who are anyone")
    wanted = [_grouped(child) for child in children if not isinstance(child, NoneOf)]
    unwanted = [_grouped(AnyOf(child.children)) for child in children if isinstance(child, NoneOf)]
    if not wanted:
        return " ".join([_("who are anyone"), *(_("but not those {condition}").format(condition=c) for c in unwanted)])
    sentence = _(" and ").join(wanted)
    return " ".join([sentence, *(_("but not those {condition}").format(condition=c) for c in unwanted)])


def _either(children: tuple[Rule, ...]) -> str:
    return _(" or ").join(_grouped(child) for child in children) or _("who are nobody")


def _grouped(rule: Rule) -> str:
    """In brackets where it would else run into its neighbours."""
    text = phrase(rule)
    compound = isinstance(rule, AllOf | AnyOf) and len(rule.children) > 1
    return f"({text})" if compound else text


def _leaf(leaf: Leaf) -> str:
    """A yes or no of the person reads as something that they have: its label is a noun with its article."""
    if leaf.place is Place.CONTACT and leaf.field.kind is Kind.BOOLEAN and leaf.comparison.operator.key == "is":
        template = _("with {label}") if leaf.comparison.value else _("without {label}")
        return template.format(label=leaf.field.label)
    if leaf.place is Place.EVENT:
        template = _("when “{label}” of what happened {condition}")
    elif leaf.place is Place.CONTACT:
        template = _("whose {label} {condition}")
    else:
        template = _("{label} {condition}")
    return template.format(label=leaf.field.label, condition=condition(leaf.comparison, leaf.field))


def _did(did: Did) -> str:
    answered, where = _answered(did) if did.name is not None else ("", did.where)
    deed = str(did.rows.label) if did.name is None else f"{did.rows.label} {readable(_named(did))}{answered}"
    tail = "".join(_window(did.window)) + _where(where)
    if did.measure.field is None:
        return _counted(deed, did.measure.comparison) + tail
    return _measured(did.measure, deed + tail)


def _answered(did: Did) -> tuple[str, tuple[Rule, ...]]:
    """What was answered to the thing named, such as: is “oat”; and the other conditions."""
    for leaf in did.where:
        if isinstance(leaf, Leaf) and leaf.place is Place.COLUMN and leaf.field.key == did.rows.answered_by != "":
            return f" {condition(leaf.comparison, leaf.field)}", tuple(
                other for other in did.where if other is not leaf
            )
    return "", did.where


def _named(did: Did) -> Any:
    """The name as people know it: its column may have choices with labels."""
    column = did.rows.column(did.rows.named_by)
    return dict(column.choices()).get(did.name or "", did.name) if column else did.name


def _counted(deed: str, comparison: Comparison) -> str:
    key, value = comparison.operator.key, comparison.value
    if (key, value) == ("at_least", 1):
        return _("who {deed}").format(deed=deed)
    if (key, value) in (("is", 0), ("less_than", 1), ("at_most", 0)):
        return _("who never {deed}").format(deed=deed)
    return _("who {deed} {times}").format(deed=deed, times=_times(comparison))


def _times(comparison: Comparison) -> str:
    if comparison.value in (1, 2) and comparison.operator.takes is Takes.ONE:
        return _amount(comparison, _("once") if comparison.value == 1 else _("twice"))
    number = int(comparison.value) if isinstance(comparison.value, Decimal) else 2
    return ngettext("{amount} time", "{amount} times", number).format(amount=_amount(comparison))


def _amount(comparison: Comparison, value: str = "") -> str:
    """A count or a sum, such as: at least 200. `value` is said in place of the number."""
    return str(AMOUNTS[comparison.operator.key]).format(value=value or _value(comparison, {}))


def _measured(measure: Measure, deed: str) -> str:
    """Whom it is true of without any such row is said too: nobody would guess it."""
    assert measure.field is not None
    comparison, label = measure.comparison, measure.field.label
    if measure.how == "sum":
        text = _("who {deed}, with a {label} of {amount} in all")
        said = text.format(deed=deed, label=label, amount=_amount(comparison))
    else:
        text = _("who {deed}, the first {label} {condition}")
        if measure.how == "last":
            text = _("who {deed}, the last {label} {condition}")
        said = text.format(deed=deed, label=label, condition=condition(comparison, measure.field))
    # Any time will do: what is missing is answered alike at all of them.
    if comparison.at(datetime.now(UTC)).holds(measure.of_nothing()):
        return _("{said} (or never did)").format(said=said)
    return said


def _window(window: Comparison | None) -> Iterable[str]:
    if window is not None:
        relative = window.operator.takes is Takes.DURATION
        template = _(" in the last {value}") if relative else _(" between {value}")
        yield template.format(value=_value(window, {}))


def _where(where: tuple[Rule, ...]) -> str:
    if not where:
        return ""
    return _(" where {conditions}").format(conditions=_(" and ").join(_row(rule) for rule in where))


def _row(rule: Rule) -> str:
    match rule:
        case AllOf(children):
            return "(" + _(" and ").join(_row(child) for child in children) + ")"
        case AnyOf(children):
            return "(" + _(" or ").join(_row(child) for child in children) + ")"
        case NoneOf(children):
            return _("not ({conditions})").format(conditions=_(" or ").join(_row(child) for child in children))
    return phrase(rule)


def _value(comparison: Comparison, labels: dict[str, Any]) -> str:
    value = comparison.value
    if comparison.operator.takes is Takes.PAIR:
        return _("{low} and {high}").format(low=readable(value[0]), high=readable(value[1]))
    if comparison.operator.takes is Takes.MANY:
        return ", ".join(readable(labels.get(item, item)) for item in value)
    return readable(labels.get(value, value)) if isinstance(value, str) else readable(value)


def _span(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    if seconds % 86400 == 0:
        return ngettext("{n} day", "{n} days", seconds // 86400).format(n=seconds // 86400)
    if seconds % 3600 == 0:
        return ngettext("{n} hour", "{n} hours", seconds // 3600).format(n=seconds // 3600)
    return ngettext("{n} minute", "{n} minutes", seconds // 60).format(n=seconds // 60)
