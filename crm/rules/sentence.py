"""A rule as one sentence for people. Two rules that differ never read the same.

What keeps them apart: texts from outside stand in quotation marks, and a quotation mark in them is doubled; groups in
groups stand in brackets, with words that say how they belong together; whoever registers fields gives those of one
place different labels.
"""

from collections import Counter
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .fields import Choices, Field
from .kinds import Kind
from .operators import Comparison, Takes
from .readable import exactly, quoted
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
    """Such as: People who ordered at least twice in the last 30 days and told us “milk” is “oat”."""
    if rule == EVERYONE:
        return _("Everyone")
    if rule == NOBODY:
        return _("Nobody")
    if isinstance(rule, NoneOf):
        return _("Everyone but those {condition}").format(condition=_(" or ").join(map(_within, rule.children)))
    return _("People {condition}").format(condition=phrase(rule))


def phrase(rule: Rule) -> str:
    """One part of the sentence, as it follows "People"."""
    match rule:
        case Leaf():
            return _leaf(rule)
        case Did():
            return _who(_deed(rule))
        case AllOf(children):
            return _all(children)
        case AnyOf(children):
            either = _(" or ").join(_within(child) for child in children)
            return _("either {conditions}").format(conditions=either) if children else _("who are nobody")
        case NoneOf():
            return _("who are not those {condition}").format(condition=_one_of(rule))


def condition(comparison: Comparison, field: Field | None = None) -> str:
    """Such as: is more than 10."""
    if comparison.value is True:
        return _("is yes") if comparison.operator.key == "is" else _("is not yes")
    if comparison.value is False:
        return _("is no") if comparison.operator.key == "is" else _("is not no")
    return str(comparison.operator.phrase).format(value=_value(comparison, field))


def _all(children: tuple[Rule, ...]) -> str:
    """What is meant of them comes first; what they must not be, at the end, follows "but"."""
    if not children:
        return _("who are anyone")
    text, after_who = "", False
    for number, child in enumerate(children):
        excludes = number > 0 and all(isinstance(later, NoneOf) for later in children[number:])
        if excludes and isinstance(child, NoneOf):
            text += _(" but not those {condition}").format(condition=_one_of(child))
            continue
        verb = _verb(child)
        said = verb if verb and after_who else _within(child)
        text += (_but_or_and(child, number == len(children) - 1) if number else "") + said
        after_who = bool(verb)
    return text


def _but_or_and(child: Rule, is_last: bool) -> str:
    return _(" but ") if is_last and _is_negative(child) else _(" and ")


def _is_negative(rule: Rule) -> bool:
    if isinstance(rule, Did):
        return rule.measure.field is None and _is_never(rule.measure.comparison)
    return isinstance(rule, Leaf) and _is_owned(rule) and rule.comparison.value is False


def _within(rule: Rule) -> str:
    """A part of a group; a group in it stands in brackets."""
    if isinstance(rule, NoneOf):
        return _("({condition})").format(condition=phrase(rule))
    if isinstance(rule, AllOf) and rule.children:
        both = _("both {conditions}") if len(rule.children) == 2 else _("all of this: {conditions}")
        return _("({condition})").format(condition=both.format(conditions=_(" and ").join(map(_within, rule.children))))
    return _("({condition})").format(condition=phrase(rule)) if isinstance(rule, AnyOf) else phrase(rule)


def _one_of(group: NoneOf) -> str:
    if len(group.children) == 1:
        return _within(group.children[0])
    return _("({condition})").format(condition=_(" or ").join(map(_within, group.children)))


def _verb(rule: Rule) -> str:
    """What may go on after an earlier "who"; empty where it needs a word of its own."""
    if isinstance(rule, Did):
        return _deed(rule)
    return _owned(rule) if isinstance(rule, Leaf) and _is_owned(rule) else ""


def _who(verb: str) -> str:
    return _("who {verb}").format(verb=verb)


def _leaf(leaf: Leaf) -> str:
    if _is_owned(leaf):
        return _who(_owned(leaf))
    if leaf.place is Place.EVENT:
        template = _("when {label} of what happened {condition}")
    elif leaf.place is Place.CONTACT:
        template = _("whose {label} {condition}")
    else:
        template = _("{label} {condition}")
    return template.format(label=_label(leaf.field), condition=condition(leaf.comparison, leaf.field))


def _is_owned(leaf: Leaf) -> bool:
    """A yes or no of the person reads as something that they have: its label is a noun with its article."""
    return leaf.place is Place.CONTACT and leaf.field.kind is Kind.BOOLEAN and leaf.comparison.operator.key == "is"


def _owned(leaf: Leaf) -> str:
    template = _("have {label}") if leaf.comparison.value else _("do not have {label}")
    return template.format(label=leaf.field.label)


def _label(field: Field) -> str:
    """What somebody made up stands in quotation marks."""
    return str(field.label) if field.property is None else quoted(str(field.label))


def _deed(did: Did) -> str:
    answered, where = _answered(did)
    name = "" if did.name is None else f" {_named(did)}{answered}"
    tail = _window(did.window) + _where(where)
    if did.measure.field is None:
        return _counted(f"{did.rows.label}{name}", did.measure.comparison) + tail
    return _measured(did.measure, f"{did.rows.label}{name}{tail}")


def _answered(did: Did) -> tuple[str, tuple[Rule, ...]]:
    """What was answered to the thing named, such as: is “oat”; and the other conditions."""
    first = did.where[0] if did.where and did.name is not None else None
    if isinstance(first, Leaf) and first.place is Place.COLUMN and first.field.key == did.rows.answered_by != "":
        return f" {condition(first.comparison, first.field)}", did.where[1:]
    return "", did.where


def _named(did: Did) -> str:
    column = did.rows.column(did.rows.named_by)
    assert did.name is not None and column is not None, "parse names only what has names"
    return _choice(did.name, column.choices())


def _choice(value: str, choices: Choices) -> str:
    """A choice by its label; by its key too where another has the same."""
    labels = {key: str(label) for key, label in choices}
    if value not in labels:
        return quoted(value)
    shared = Counter([*labels.values(), *labels])[labels[value]] > (labels[value] == value) + 1
    return f"{quoted(labels[value])} ({quoted(value)})" if shared else quoted(labels[value])


def _counted(deed: str, comparison: Comparison) -> str:
    if (comparison.operator.key, comparison.value) == ("at_least", 1):
        return deed
    if _is_never(comparison):
        return _("never {deed}").format(deed=deed)
    return f"{deed} {_times(comparison)}"


def _is_never(comparison: Comparison) -> bool:
    return (comparison.operator.key, comparison.value) == ("is", 0)


def _times(comparison: Comparison) -> str:
    if comparison.value in (1, 2) and comparison.operator.takes is Takes.ONE:
        return _amount(comparison, _("once") if comparison.value == 1 else _("twice"))
    number = int(comparison.value) if comparison.operator.takes is Takes.ONE else 2
    return ngettext("{amount} time", "{amount} times", number).format(amount=_amount(comparison))


def _amount(comparison: Comparison, value: str = "") -> str:
    """A count or a sum, such as: at least 200. `value` is said in place of the number."""
    return str(AMOUNTS[comparison.operator.key]).format(value=value or _value(comparison, None))


def _measured(measure: Measure, deed: str) -> str:
    """Whom it is true of without any such row is said too: nobody would guess it."""
    assert measure.field is not None
    comparison, label = measure.comparison, _label(measure.field)
    if measure.how == "sum":
        said = _("{deed}, with a {label} of {amount} in all").format(deed=deed, label=label, amount=_amount(comparison))
    else:
        text = _("{deed}, the first {label} {condition}")
        if measure.how == "last":
            text = _("{deed}, the last {label} {condition}")
        said = text.format(deed=deed, label=label, condition=condition(comparison, measure.field))
    # Any time will do: what is missing is answered alike at all of them.
    if comparison.at(datetime.now(UTC)).holds(measure.of_nothing()):
        return _("{said} (or never did)").format(said=said)
    return said


def _window(window: Comparison | None) -> str:
    if window is None:
        return ""
    template = _(" in the last {value}") if window.operator.takes is Takes.DURATION else _(" between {value}")
    return template.format(value=_value(window, None))


def _where(where: tuple[Rule, ...]) -> str:
    if not where:
        return ""
    said = _row(where[0]) if len(where) == 1 else _row(AllOf(where))
    return _(" where {conditions}").format(conditions=said)


def _row(rule: Rule) -> str:
    """A condition on what counts; groups of them stand in brackets."""
    match rule:
        case AllOf(children):
            said = _(" and ").join(map(_row, children)) or _("anything")
        case AnyOf(children):
            said = _("either {conditions}").format(conditions=_(" or ").join(map(_row, children)))
        case NoneOf(children):
            said = _("not {conditions}").format(conditions=_(" nor ").join(map(_row, children)))
        case _:
            return phrase(rule)
    return _("({condition})").format(condition=said)


def _value(comparison: Comparison, field: Field | None) -> str:
    value = comparison.value
    if comparison.operator.takes is Takes.NOTHING:
        return ""
    choices = field.choices() if field and field.kind is Kind.CHOICE else ()
    if comparison.operator.takes is Takes.PAIR:
        return _("{low} and {high}").format(low=exactly(value[0]), high=exactly(value[1]))
    if comparison.operator.takes is Takes.MANY:
        return ", ".join(_choice(item, choices) for item in value)
    return _choice(value, choices) if isinstance(value, str) else exactly(value)
