"""A rule while it is written: what was posted, what a button did to it, and what it means so far."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import QueryDict

from crm.rules import Registry, Rule, describe, registry
from engage.dashboard.rules.draft import At, Group, Node, Row, walk
from engage.dashboard.rules.edits import edited
from engage.dashboard.rules.lines import Line, lines_of
from engage.dashboard.rules.pasting import NotTaken, pasted
from engage.dashboard.rules.posted import from_kept, from_post, kept, place
from engage.dashboard.rules.reading import NotRows, draft_of
from engage.dashboard.rules.settling import settle
from engage.dashboard.rules.vocabulary import Vocabulary
from engage.dashboard.rules.writing import Written, written
from engage.dashboard.shell.requests import StaffRequest

LOOK = "look"
"""What a form posts while somebody types: only what stands beside the rows is wanted."""


@dataclass
class Editor:
    """`rule` is None while something is wrong. `before` is the draft that Undo brings back.

    `refused` says why `text`, pasted as JSON, could not become rows. Nothing `hidden` is suggested.
    """

    root: Node
    registry: Registry
    event_at_hand: bool = False
    before: Node | None = None
    unreadable: bool = False
    text: str = ""
    refused: tuple[str, ...] = ()
    hidden: Collection[str] = ()

    @cached_property
    def written(self) -> Written:
        return written(self.root, self.registry, event_at_hand=self.event_at_hand)

    @property
    def rule(self) -> Rule | None:
        return self.written.rule

    @property
    def json(self) -> dict[str, Any]:
        return self.written.json

    @property
    def sentence(self) -> str:
        return describe(self.rule) if self.rule is not None else ""

    @property
    def problems(self) -> int:
        return sum(map(len, self.written.problems.values()))

    @cached_property
    def lines(self) -> list[Line]:
        vocabulary = Vocabulary(self.registry, event_at_hand=self.event_at_hand, hidden=self.hidden)
        lines = lines_of(self.root, vocabulary, self.written.problems)
        fresh = _empty(self.root) - (_empty(self.before) if self.before else set())
        if first := next((line for line in lines if line.at in fresh), None):
            first.is_new = True
        return lines

    @property
    def kept_now(self) -> str:
        return kept(self.root)

    @property
    def kept_before(self) -> str:
        return kept(self.before)

    def refuse(self, message: str) -> None:
        """A problem that only the whole has, found when it was to be kept."""
        self.written.problems.setdefault((), []).append(message)


def opened(rule: Any, *, event_at_hand: bool = False, registry: Registry = registry) -> Editor:
    """An editor of a rule as it is kept. What has not the shape of one begins anew, and says so."""
    try:
        return Editor(draft_of(rule, registry), registry, event_at_hand)
    except NotRows:
        return Editor(_nothing(), registry, event_at_hand, unreadable=True)


def begun(*, event_at_hand: bool = False, registry: Registry = registry) -> Editor:
    """An editor with one empty row."""
    return Editor(_nothing(), registry, event_at_hand)


def edited_by(data: QueryDict, *, event_at_hand: bool = False, registry: Registry = registry) -> Editor | None:
    """An editor after what was typed and pressed: `do` is "undo", or a verb of `edits` and a place ("add:r-0").

    None where no rows were posted.
    """
    root = from_post(data)
    if root is None:
        return None
    was, before = from_kept(data.get("was", "")), from_kept(data.get("before", ""))
    do, _colon, name = data.get("do", "").partition(":")
    at = place(name)
    text = ""
    refused: tuple[str, ...] = ()
    if do == "read":
        try:
            root, before = pasted(data.get("pasted", ""), registry, event_at_hand=event_at_hand), root
        except NotTaken as error:
            text, refused = data.get("pasted", ""), error.reasons
    elif do == "undo" and before is not None:
        root, before = before, root
    elif at is not None:
        root, before = edited(_copy(root), do, at), root
    elif was is not None and was != root:
        before = was
    settle(root, registry)
    return Editor(root, registry, event_at_hand, before, text=text, refused=refused)


def page_or_part(request: StaffRequest, page: str) -> str:
    """The template that answers: htmx wants the rows anew, or only what stands beside them."""
    if not request.htmx:
        return page
    return "rules/looking.html" if request.POST.get("do") == LOOK else "rules/editor.html"


def _empty(root: Node) -> set[At]:
    """Where rows are in which nothing is chosen yet."""
    return {at for at, node in walk(root) if isinstance(node, Row) and not node.about}


def _nothing() -> Node:
    return Group("all", [Row()])


def _copy(root: Node) -> Node:
    return from_kept(kept(root)) or root
