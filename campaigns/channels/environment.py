"""The Liquid that owners may write: its tags, filters and limits.

A value that is missing when a message is made is empty; that a *name* exists is checked when the design is saved
(`liquid.check`), with line and column. Rendering is bounded by counts and not by the clock, so that the same design
and data always give the same message: MAX_ITERATIONS over all loops, MAX_OUTPUT characters, MAX_LOCALS bytes
of assigned values, and no number ranges outside loops.
"""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from liquid import BoundTemplate, Environment, Node, RenderContext
from liquid.exceptions import LoopIterationLimitError, OutputStreamLimitError
from liquid.stringify import to_liquid_string

from campaigns.channels import outputs, tags

MAX_ITERATIONS = 5_000
MAX_OUTPUT = 256 * 1024
MAX_LOCALS = 64 * 1024

_TAGS = {
    *("content", "output", "illegal", "if", "unless", "case", "for", "break", "continue", "tablerow"),
    *("assign", "capture", "cycle", "echo", "comment", "#"),
}
_FORBIDDEN_FILTERS = {"safe", "escapejs"}  # would let a customer's words through as markup
_ONLY_MARKUP = ("escape", "escape_once", "newline_to_br")  # mean nothing in subjects and text parts


class Counted(RenderContext):
    """Counts every turn of every loop of one message."""

    __slots__ = ("turns",)

    def __init__(self, template: BoundTemplate, **options: Any) -> None:
        super().__init__(template, **options)
        self.turns = 0

    def raise_for_loop_limit(self, length: int = 1) -> None:
        self.turns += length
        if self.turns > MAX_ITERATIONS:
            raise LoopIterationLimitError("the loops turn too often", token=None)

    def get_buffer(self, buf: Any = None) -> Any:
        return Bounded()


class Bounded:
    """The buffer that logic writes to: takes at most MAX_OUTPUT characters."""

    __slots__ = ("left", "parts")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.left = MAX_OUTPUT

    def write(self, text: str) -> int:
        length = len(text)
        self.left -= length
        if self.left < 0:
            raise OutputStreamLimitError("the message grows too long", token=None)
        self.parts.append(text)
        return length

    def getvalue(self) -> str:
        return "".join(self.parts)


class Template(BoundTemplate):
    context_class = Counted

    def _get_buffer(self) -> Any:
        return Bounded()


class OwnersLiquid(Environment):
    block_nesting_limit: ClassVar[int] = 12
    local_namespace_limit: ClassVar[int | None] = MAX_LOCALS
    template_class = Template

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        self.tags = {name: tag for name, tag in self.tags.items() if name in _TAGS}
        self.filters = {name: run for name, run in self.filters.items() if name not in _FORBIDDEN_FILTERS}
        for tag in (
            outputs.PlainOutput,
            outputs.PlainContent,
            outputs.PlainFor,
            tags.RecallTag,
            tags.QuestionTag,
            tags.RatingTag,
            tags.ForSaleTag,
            tags.HrefTag,
        ):
            self.add_tag(tag)
        if not self.autoescape:
            for name in _ONLY_MARKUP:
                self.add_filter(name, _as_it_is)


def _as_it_is(value: object) -> str:
    return to_liquid_string(value, autoescape=False)


HTML = OwnersLiquid(autoescape=True)
TEXT = OwnersLiquid(autoescape=False)


def environment(mode: str) -> OwnersLiquid:
    return HTML if mode == "html" else TEXT


def new_context(mode: str, variables: dict[str, Any]) -> RenderContext:
    """A context in which the logic of one part of one message runs, in order, sharing what it assigns."""
    return Counted(_EMPTY[environment(mode)], globals=variables)


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """All nodes of a parsed template, outermost first."""
    for node in nodes:
        yield node
        yield from walk(node.children(_NO_CONTEXT))


_EMPTY = {env: Template(env, []) for env in (HTML, TEXT)}
_NO_CONTEXT = new_context("html", {})  # only `include` and `render` look at it
