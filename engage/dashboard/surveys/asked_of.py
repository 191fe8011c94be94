"""Of whom a question is asked, and where an answer leads: the plain rules of the form, to JSON and back. Pure.

A rule that is more than one comparison of one answer is shown as JSON and kept as it is.
"""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from campaigns.surveys.asked.definition import Definition
from campaigns.surveys.asked.questions import SCALES, Question, Type

OPERATORS = {
    "is": _("is"),
    "is_not": _("is not"),
    "at_least": _("is at least"),
    "at_most": _("is at most"),
    "includes": _("has among it"),
    "is_known": _("was answered"),
    "is_missing": _("was not answered"),
}
NUMBERS = ("at_least", "at_most")
BARE = ("is_known", "is_missing")


class Said(NamedTuple):
    """One comparison of one answer; all empty where everybody is meant."""

    of: str = ""
    op: str = "is"
    value: str = ""


def read(rule: Any) -> Said | None:
    """None where it is more than that."""
    if rule is None:
        return Said()
    if not isinstance(rule, dict) or set(rule) - {"property", "op", "value"} or rule.get("op") not in OPERATORS:
        return None
    value, of = rule.get("value", ""), rule.get("property")
    if rule["op"] == "includes":
        value = value[0] if isinstance(value, list) and len(value) == 1 else None
    if not isinstance(of, str) or isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return Said(of, rule["op"], str(value))


def write(said: Said) -> Any:
    """The rule; None where everybody is meant."""
    if not said.of:
        return None
    rule: dict[str, Any] = {"property": said.of, "op": said.op if said.op in OPERATORS else "is"}
    if rule["op"] in BARE:
        return rule
    if rule["op"] in NUMBERS:
        return rule | {"value": int(said.value) if _is_number(said.value) else said.value}
    return rule | {"value": [said.value] if rule["op"] == "includes" else said.value}


def before(definition: Definition, id: str) -> list[Question]:
    """What is asked on the pages before a question, which rules may speak of."""
    found: list[Question] = []
    for page in definition.pages():
        if (page.head and page.head.id == id) or any(one.id == id for one in page.questions):
            break
        found += [one for one in page.questions if one.type not in (Type.STATEMENT, Type.PERMISSION)]
    return found


def later_pages(definition: Definition, id: str) -> list[tuple[str, str]]:
    """The pages behind the one of a question, with the words they begin with."""
    pages = definition.pages()
    at = next((n for n, page in enumerate(pages) if any(one.id == id for one in page.questions)), len(pages))
    return [
        (page.id, f"{n}. {page.head.text}" if page.head else str(n)) for n, page in enumerate(pages, 1) if n > at + 1
    ]


def suggestions(questions: list[Question]) -> list[str]:
    """What answers may read."""
    found: list[str] = []
    for one in questions:
        if one.type is Type.YES_NO:
            found += ["yes", "no"]
        elif one.type not in SCALES:
            found += [choice.label for choice in one.choices]
    return list(dict.fromkeys(filter(None, found)))


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 10
