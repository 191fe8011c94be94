"""A rule in JSON, as developers write it, becomes rows. What is wrong in it is said at its row, if it can have one."""

import json
from typing import Any

from django.utils.translation import gettext as _

from crm.rules import InvalidRule, Registry, parse
from crm.rules.literals import UNSTORABLE
from crm.rules.problems import TooLarge
from engage.dashboard.rules.draft import Node
from engage.dashboard.rules.reading import NotRows, draft_of
from engage.dashboard.rules.writing import written

LONGEST = 200_000
MOST_REASONS = 20


class NotTaken(ValueError):
    """`reasons` say why this cannot become rows."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def pasted(text: str, registry: Registry, *, event_at_hand: bool) -> Node:
    """Raises NotTaken."""
    rule = _loaded(text)
    try:
        parse(rule, event_at_hand=event_at_hand, registry=registry)
    except TooLarge as refused:
        raise _not_taken(refused) from None
    except InvalidRule as refused:
        return _with_problems(rule, refused, registry, event_at_hand)
    return draft_of(rule, registry)


def _with_problems(rule: Any, refused: InvalidRule, registry: Registry, event_at_hand: bool) -> Node:
    """Rows that show what is wrong; raises NotTaken where they would not, and so be another rule."""
    try:
        root = draft_of(rule, registry)
    except NotRows:
        raise _not_taken(refused) from None
    if not written(root, registry, event_at_hand=event_at_hand).problems:
        raise _not_taken(refused)
    return root


def _loaded(text: str) -> Any:
    if len(text) > LONGEST:
        raise NotTaken(_("This is longer than {most} characters.").format(most=LONGEST))
    try:
        return json.loads(UNSTORABLE.sub("\ufffd", text))
    except (ValueError, RecursionError) as error:
        raise NotTaken(_("This cannot be read as JSON: {reason}").format(reason=error)) from None


def _not_taken(refused: InvalidRule) -> NotTaken:
    return NotTaken(*(f"{problem.path}: {problem.message}" for problem in refused.problems[:MOST_REASONS]))
