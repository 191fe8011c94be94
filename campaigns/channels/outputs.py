"""What most of a template is, names like `{{ contact.name }}` and the text between: shown without Liquid's machinery,
as Liquid would."""

from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from liquid import Node, RenderContext
from liquid.builtin.content import ContentNode, Literal
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.for_tag import ForNode, ForTag
from liquid.stringify import to_liquid_string

_PROPERTIES = frozenset({"size", "first", "last"})


def plain_path(node: Node) -> tuple[str | int, ...]:
    """`("contact", "name")` if the node is `{{ contact.name }}`; empty if there is anything to compute."""
    if not isinstance(node, OutputNode) or not isinstance(node.expression, FilteredExpression):
        return ()
    return () if node.expression.filters else _names(node.expression.left)


def _names(expression: Any) -> tuple[str | int, ...]:
    """The path that an expression is; empty if there is anything to compute."""
    if not isinstance(expression, Path):
        return ()
    # Liquid's identifiers compare and hash in Python; their text does so in C.
    segments = [str(one) if isinstance(one, str) else one for one in expression.path if isinstance(one, str | int)]
    computed = len(segments) < len(expression.path) or not _PROPERTIES.isdisjoint(segments)
    return () if computed else tuple(segments)


def looked_up(path: tuple[str | int, ...], names: Mapping[str, Any]) -> str:
    """What Liquid shows for `path` in `names`, not escaped; nothing for what is missing."""
    value = _value(path, names)
    if type(value) is str:
        return value
    return str(value) if type(value) is int else to_liquid_string(value, autoescape=False)


def _value(path: tuple[str | int, ...], names: Mapping[str, Any]) -> Any:
    """None for what is missing, which Liquid shows as nothing."""
    value: Any = names
    try:
        for segment in path:
            value = value[segment]
    except (LookupError, TypeError):
        return None
    return value


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


class PlainForNode(ForNode):
    """A loop; one that only shows names and text, such as the lines of an order, turns without Liquid's machinery."""

    __slots__ = ("mark", "over", "pieces")

    def __init__(self, token: Any, expression: Any, block: Any, default: Any = None) -> None:
        super().__init__(token, expression, block, default)
        simple = not (expression.limit or expression.offset or expression.reversed or default or block.blank)
        pieces = [_piece(node) for node in block.nodes]
        plain = simple and all(piece and piece[0] != "forloop" for piece in pieces)
        self.pieces: list[str | tuple[str | int, ...]] = pieces if plain else []
        self.over = _names(expression.iterable) if plain else ()
        self.mark = f"{expression.identifier}-{expression.iterable}"

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        if not self.pieces:
            return super().render_to_output(context, buffer)
        turns, length = self._turns(context)
        context.raise_for_loop_limit(length)
        name, shown = str(self.expression.identifier), escaped if context.autoescape else str
        inside: dict[str, Any] = {}
        for inside[name] in turns:
            buffer.write(
                "".join(
                    [
                        piece
                        if type(piece) is str
                        else shown(looked_up(piece, inside if piece[0] == name else context.scope))  # type: ignore[arg-type]
                        for piece in self.pieces
                    ]
                )
            )
        return length

    def _turns(self, context: RenderContext) -> tuple[Iterable[Any], int]:
        """What it turns over, and how often. `offset: continue` of a later loop goes on behind it."""
        lines = _value(self.over, context.scope) if self.over else None
        if type(lines) is not list:
            return self.expression.evaluate(context)
        context.stopindex(key=self.mark, index=len(lines))
        return lines, len(lines)


def _piece(node: Node) -> str | tuple[str | int, ...]:
    """Text, or the path of a name; empty if it is neither."""
    return node.text if isinstance(node, PlainContentNode) else plain_path(node)


class PlainFor(ForTag):
    node_class = PlainForNode
