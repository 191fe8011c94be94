"""Outputs that are just a name, like `{{ contact.name }}`: looked up without Liquid's machinery, with its results."""

from collections.abc import Mapping
from typing import Any, TextIO

from liquid import Node, RenderContext
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.output import Output, OutputNode
from liquid.stringify import to_liquid_string

_PROPERTIES = frozenset({"size", "first", "last"})


def plain_path(node: Node) -> tuple[str | int, ...]:
    """`("contact", "name")` if the node is `{{ contact.name }}`; empty if there is anything to compute."""
    if not isinstance(node, OutputNode):
        return ()
    expression = node.expression
    if not isinstance(expression, FilteredExpression) or expression.filters or not isinstance(expression.left, Path):
        return ()
    segments = expression.left.path
    if any(not isinstance(segment, str | int) or segment in _PROPERTIES for segment in segments):
        return ()
    return tuple(segments)


def shown(path: tuple[str | int, ...], names: Mapping[str, Any], escape: bool) -> str:
    """What Liquid shows for `path` in `names`; nothing for what is missing."""
    value: Any = names
    try:
        for segment in path:
            value = value[segment]
    except (LookupError, TypeError):
        return ""
    if type(value) is not str:
        return str(to_liquid_string(value, escape))
    return escaped(value) if escape else value


def escaped(text: str) -> str:
    """As markupsafe escapes, without making an object of it."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("'", "&#39;").replace('"', "&#34;")


class PlainNode(OutputNode):
    """An output inside of logic."""

    __slots__ = ("path",)

    def __init__(self, token: Any, expression: Any) -> None:
        super().__init__(token, expression)
        self.path = plain_path(self)

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        if not self.path:
            return super().render_to_output(context, buffer)
        return buffer.write(shown(self.path, context.scope, context.autoescape))


class PlainOutput(Output):
    node_class = PlainNode
