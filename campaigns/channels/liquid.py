"""Checks what owners write before it is saved: every problem with its line and column."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from liquid import BoundTemplate
from liquid.ast import Node
from liquid.builtin.expressions import LoopExpression
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.exceptions import LiquidError
from liquid.expression import Expression

from campaigns.channels import markup
from campaigns.channels.compile import compile_design
from campaigns.channels.environment import environment, walk
from campaigns.channels.fragments import BLOCKS, fragments
from campaigns.channels.names import ANYTHING, DECLARED, SAMPLE
from campaigns.channels.preview import preview_three
from campaigns.channels.skeleton import CannotRender
from campaigns.channels.tags import ForSaleNode, QuestionNode, RecallNode

KINDS = ("subject", "letter", "html", "mjml")
MAX_SOURCE = 200_000
MAX_SUBJECT = 300
CLIPPED_AT = 102_000  # bytes of HTML that Gmail shows


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`line` and `column` count from 1. A warning may be saved, anything else may not."""

    line: int
    column: int
    message: str
    warning: bool = False


def check(source: str, kind: str, given: Mapping[str, Any] = MappingProxyType({})) -> list[Problem]:
    """What is wrong with a subject, letter, html or mjml source, in the order of the text.

    It is tried with sample values, and with `given`, whose names it may use too.
    """
    limit = MAX_SUBJECT if kind == "subject" else MAX_SOURCE
    if len(source) > limit:
        return [Problem(1, 1, _("Too long: %(length)s characters, at most %(limit)s.") % _lengths(source, limit))]
    try:
        template = environment("text" if kind == "subject" else "html").from_string(source)
    except LiquidError as error:
        return [_from_liquid(source, error)]
    problems = [_at(source, *found) for found in (*_unknown(template, given), *_ranges(template.nodes))]
    if kind != "subject":
        problems += [_at(source, *found) for found in markup.problems(source, kind)]
    problems = problems or _tried(source, kind, template, {**SAMPLE, **given})
    problems += [_at(source, *found, warning=True) for found in markup.cut_sentences(source)]
    return sorted(problems)


def recall_keys(source: str) -> list[str]:
    """The keys that a source cites, each once, in order. Raises LiquidError."""
    return _keys(source, RecallNode)


def question_keys(source: str) -> list[str]:
    """The surveys that a source asks, each once, in order. Raises LiquidError."""
    return _keys(source, QuestionNode)


def product_ids(source: str) -> list[str]:
    """The products that a source shows, each once, in order. Raises LiquidError."""
    nodes = walk(environment("html").from_string(source).nodes)
    return list(dict.fromkeys(id for node in nodes if isinstance(node, ForSaleNode) for id in node.ids))


def _keys(source: str, kind: type[RecallNode] | type[QuestionNode]) -> list[str]:
    nodes = walk(environment("html").from_string(source).nodes)
    return list(dict.fromkeys(node.key for node in nodes if isinstance(node, kind)))


def _lengths(source: str, limit: int) -> dict[str, int]:
    return {"length": len(source), "limit": limit}


def _at(source: str, index: int, message: str, *, warning: bool = False) -> Problem:
    before = source[: max(index, 0)]
    return Problem(before.count("\n") + 1, len(before) - before.rfind("\n"), message, warning)


def _unknown(template: BoundTemplate, given: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Names, filters and tags that do not exist."""
    analysis = template.analyze()
    declared = {**DECLARED, **dict.fromkeys(given, ANYTHING)}
    for variables in analysis.globals.values():
        for variable in variables:
            if message := _unknown_name(variable.segments, declared):
                yield variable.span.index, message
    for name, spans in analysis.filters.items():
        if name not in template.env.filters:
            for span in spans:
                yield (
                    span.index,
                    _("There is no filter %(name)s.") % {"name": name} + _meant(name, template.env.filters),
                )
    for span in analysis.tags.get("href", []):
        yield span.index, _("There is no tag href.")


def _unknown_name(segments: list, declared: Mapping[str, frozenset[str] | None]) -> str:
    root, *rest = segments
    if root not in declared:
        return _("There is no %(name)s.") % {"name": root} + _meant(str(root), declared)
    known = declared[root]
    if known is None or not rest or isinstance(rest[0], list) or rest[0] in known:
        return ""
    return _("%(root)s has no %(name)s.") % {"root": root, "name": rest[0]} + _meant(str(rest[0]), known)


def _meant(name: str, known) -> str:
    close = get_close_matches(name, known, n=1)
    return " " + _("Did you mean %(name)s?") % {"name": close[0]} if close else ""


def _ranges(nodes: Iterable[Node]) -> Iterator[tuple[int, str]]:
    """Ranges of numbers outside loops: only there are they counted."""
    for node in walk(nodes):
        for expression in node.expressions():
            for found in _expressions(expression):
                if isinstance(found, RangeLiteral):
                    yield found.token.start_index, _("A range of numbers can stand only in a loop.")


def _expressions(expression: Expression) -> Iterator[Expression]:
    yield expression
    for child in expression.children():
        if not (isinstance(expression, LoopExpression) and isinstance(child, RangeLiteral)):
            yield from _expressions(child)


def _from_liquid(source: str, error: LiquidError) -> Problem:
    index = error.token.start_index if error.token else -1
    return _at(source, index if index >= 0 else _unclosed(source), str(error.message))


def _unclosed(source: str) -> int:
    """Where the innermost block begins that nothing ends; 0 if all are ended."""
    open_blocks: list[int] = []
    for fragment in fragments(source):
        if fragment.name in BLOCKS:
            open_blocks.append(fragment.start)
        elif fragment.name.startswith("end") and open_blocks:
            open_blocks.pop()
    return open_blocks[-1] if open_blocks else 0


def _tried(source: str, kind: str, template: BoundTemplate, variables: Mapping[str, Any]) -> list[Problem]:
    """Renders it with sample data, with and without what it may recall."""
    subject, body, shape = (source, "-", "letter") if kind == "subject" else ("-", source, kind)
    try:
        template.render(variables)
        skeleton = compile_design(subject, body, shape)
        previews = preview_three(skeleton, recall_keys(source), question_keys(source), variables)
    except LiquidError as error:
        return [_from_liquid(source, error)]
    except CannotRender as error:
        return [Problem(1, 1, str(error))]
    size = len(previews.with_facts.html.encode())
    if size > CLIPPED_AT:
        return [Problem(1, 1, _("%(size)s KB: Gmail cuts off what is over 102 KB.") % {"size": size // 1024}, True)]
    if not previews.without.subject.strip():
        return [Problem(1, 1, _("The subject can be empty."))]
    return []
