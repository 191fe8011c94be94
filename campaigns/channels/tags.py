"""Our own Liquid tags: `recall` cites what a person told us, `question` asks with one tap, `href` tracks a link.

They read three names from the context: `recall` {key: {"value", "because", "still_right_url"}}, `questions`
{key: {"text", "answers": [{"label", "url"}]}} and `links`, the message's links. Nobody else may use these names.
"""

import re
from collections.abc import Iterable
from html import unescape
from typing import Any, TextIO

from liquid import Node, RenderContext, Tag, Token, TokenStream
from liquid.ast import BlockNode
from liquid.builtin.expressions import Identifier
from liquid.exceptions import LiquidSyntaxError
from liquid.parser import get_parser
from liquid.token import TOKEN_TAG
from markupsafe import Markup, escape

from campaigns.channels.names import STILL_RIGHT

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
CITED = ("value", "because", STILL_RIGHT)
"""What stands inside `recall`."""
_BUTTON = (
    "display:inline-block;margin:4px 8px 4px 0;padding:10px 16px;border:1px solid #857C6D;border-radius:8px;"
    "color:#1F2622;text-decoration:none"
)


def _key(tag: Token, stream: TokenStream) -> str:
    """The one word after a tag's name. Raises LiquidSyntaxError."""
    expression = stream.current
    if expression.kind != "expression" or not KEY.fullmatch(expression.value):
        raise LiquidSyntaxError(
            f"write {{% {tag.value} key %}}, the key in small letters, digits and _",
            token=tag,
        )
    return expression.value


class RecallNode(Node):
    """Renders its inside only if there is something to recall, else what stands after `else`, else nothing."""

    __slots__ = ("block", "default", "key")

    def __init__(self, token: Token, key: str, block: BlockNode, default: BlockNode | None) -> None:
        super().__init__(token)
        self.key, self.block, self.default = key, block, default
        self.blank = block.blank and (default is None or default.blank)

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        fact = context.resolve("recall", default={}).get(self.key)
        if fact:
            with context.extend({name: fact.get(name, "#") for name in CITED}):
                return self.block.render(context, buffer)
        return self.default.render(context, buffer) if self.default else 0

    def children(self, static_context: RenderContext, *, include_partials: bool = True) -> Iterable[Node]:
        yield self.block
        if self.default:
            yield self.default

    def block_scope(self) -> Iterable[Identifier]:
        for name in CITED:
            yield Identifier(name, token=self.token)


class RecallTag(Tag):
    """`{% recall milk %}You like {{ value }}, {{ because }}.{% else %}…{% endrecall %}`"""

    name = "recall"
    end = "endrecall"

    def parse(self, stream: TokenStream) -> RecallNode:
        token = stream.eat(TOKEN_TAG)
        key = _key(token, stream)
        next(stream)
        parse_block = get_parser(self.env).parse_block
        block, default = parse_block(stream, {"else", "endrecall"}), None
        if stream.current.is_tag("else"):
            next(stream)
            default = parse_block(stream, {"endrecall"})
        stream.expect(TOKEN_TAG, value="endrecall")
        return RecallNode(token, key, block, default)


class QuestionNode(Node):
    """A question with its answers as links, or nothing if it is not to be asked (again)."""

    __slots__ = ("key",)

    def __init__(self, token: Token, key: str) -> None:
        super().__init__(token)
        self.key = key
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        question = context.resolve("questions", default={}).get(self.key)
        if not question:
            return 0
        return buffer.write(_as_html(question) if context.autoescape else _as_text(question))


def _as_html(question: dict[str, Any]) -> str:
    answers = Markup(" ").join(
        Markup('<a href="{}" style="{}">{}</a>').format(answer["url"], _BUTTON, answer["label"])
        for answer in question["answers"]
    )
    return f"{escape(question['text'])}<br>{answers}"


def _as_text(question: dict[str, Any]) -> str:
    return "\n".join([question["text"], *(f"  {a['label']}: {a['url']}" for a in question["answers"])])


class QuestionTag(Tag):
    """`{% question survey_key %}`"""

    name = "question"
    block = False

    def parse(self, stream: TokenStream) -> QuestionNode:
        token = stream.eat(TOKEN_TAG)
        return QuestionNode(token, _key(token, stream))


class HrefNode(Node):
    """Writes the tracked address of the one it encloses."""

    __slots__ = ("block",)

    def __init__(self, token: Token, block: BlockNode) -> None:
        super().__init__(token)
        self.block = block
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        inside = context.get_buffer(buffer)
        self.block.render(context, inside)
        url = inside.getvalue()
        tracked = context.resolve("links").track(unescape(url) if context.autoescape else url)
        return buffer.write(str(escape(tracked)) if context.autoescape else tracked)

    def children(self, static_context: RenderContext, *, include_partials: bool = True) -> Iterable[Node]:
        yield self.block


class HrefTag(Tag):
    """Set by the compiler around every address that holds Liquid; owners cannot write it."""

    name = "href"
    end = "endhref"

    def parse(self, stream: TokenStream) -> HrefNode:
        token = stream.eat(TOKEN_TAG)
        block = get_parser(self.env).parse_block(stream, {"endhref"})
        stream.expect(TOKEN_TAG, value="endhref")
        return HrefNode(token, block)
