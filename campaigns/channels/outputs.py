"""What most of a template is, names like `{{ contact.name }}` and the text between: shown without Liquid's machinery,
as Liquid would."""

from collections.abc import Mapping
from typing import Any, TextIO

from liquid import Node, RenderContext
from liquid.builtin.content import ContentNode, Literal
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
    segments = [segment for segment in expression.left.path if isinstance(segment, str | int)]
    computed = len(segments) < len(expression.left.path) or not _PROPERTIES.isdisjoint(segments)
    return () if computed else tuple(segments)


def looked_up(path: tuple[str | int, ...], names: Mapping[str, Any]) -> str:
    """What Liquid shows for `path` in `names`, not escaped; nothing for what is missing."""
    value: Any = names
    try:
        for segment in path:
            value = value[segment]
    except (LookupError, TypeError):
        return ""
    if type(value) is str:
        return value
    return str(value) if type(value) is int else to_liquid_string(value, autoescape=False)


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

    def render(self, context: RenderContext, buffer: TextIO) -> int:
        if not self.path:
            return self.render_to_output(context, buffer)
        text = looked_up(self.path, context.scope)
        return buffer.write(escaped(text) if context.autoescape else text)


class PlainOutput(Output):
    node_class = PlainNode


class PlainContentNode(ContentNode):
    """The text between, without Liquid's check for tags that we have none of."""

    __slots__ = ()

    def render(self, context: RenderContext, buffer: TextIO) -> int:
        return buffer.write(self.text)


class PlainContent(Literal):
    node_class = PlainContentNode
