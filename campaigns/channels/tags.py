"""Our own Liquid tags: `recall` cites what a person told us, `question` asks with one tap, `rating` for stars,
`for_sale` shows a product that is to be had, `href` tracks a link.

They read five names from the context: `recall` {key: {"value", "because", "still_right_url"}}, `questions`
{key: {"text", "answers": [{"label", "url"}]}}, `rating` one such question, `for_sale` {id: {"name", "price", "url",
"image"}}, without those sold out, and `links`, the message's links. Nobody else may use these names.
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
PRODUCT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST_INSTEAD = 5
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
    return "\n".join([str(question["text"]), *(f"  {a['label']}: {a['url']}" for a in question["answers"])])


class QuestionTag(Tag):
    """`{% question survey_key %}`"""

    name = "question"
    block = False

    def parse(self, stream: TokenStream) -> QuestionNode:
        token = stream.eat(TOKEN_TAG)
        return QuestionNode(token, _key(token, stream))


class RatingNode(Node):
    """Stars for a conversation that is over, as a question is asked; nothing where the occasion is none."""

    __slots__ = ()

    def __init__(self, token: Token) -> None:
        super().__init__(token)
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        asked = context.resolve("rating", default=None)
        if not asked:
            return 0
        return buffer.write(_as_html(asked) if context.autoescape else _as_text(asked))


class RatingTag(Tag):
    """`{% rating %}`, in what answers that a conversation ended."""

    name = "rating"
    block = False

    def parse(self, stream: TokenStream) -> RatingNode:
        token = stream.eat(TOKEN_TAG)
        if stream.current.kind == "expression":
            raise LiquidSyntaxError("write {% rating %}, with nothing else", token=token)
        return RatingNode(token)


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


class ForSaleNode(Node):
    """Renders its inside for the first of its products that is to be had, else nothing."""

    __slots__ = ("block", "ids")

    def __init__(self, token: Token, ids: tuple[str, ...], block: BlockNode) -> None:
        super().__init__(token)
        self.ids, self.block = ids, block
        self.blank = block.blank

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        there = context.resolve("for_sale", default={})
        item = next((found for id in self.ids if (found := there.get(id))), None)
        if item is None:
            return 0
        with context.extend({"item": item}):
            return self.block.render(context, buffer)

    def children(self, static_context: RenderContext, *, include_partials: bool = True) -> Iterable[Node]:
        yield self.block

    def block_scope(self) -> Iterable[Identifier]:
        yield Identifier("item", token=self.token)


class ForSaleTag(Tag):
    """`{% for_sale 0198a1e2-… 0198a1e3-… %}{{ item.name }}, {{ item.price }}{% endfor_sale %}`: a product, and what
    takes its place when it is sold out."""

    name = "for_sale"
    end = "endfor_sale"

    def parse(self, stream: TokenStream) -> ForSaleNode:
        token = stream.eat(TOKEN_TAG)
        ids = tuple(stream.current.value.split()) if stream.current.kind == "expression" else ()
        if not 1 <= len(ids) <= MOST_INSTEAD or not all(PRODUCT.fullmatch(id) for id in ids):
            raise LiquidSyntaxError("write {% for_sale id %}, the id of a product as REST gives it", token=token)
        next(stream)
        block = get_parser(self.env).parse_block(stream, {"endfor_sale"})
        stream.expect(TOKEN_TAG, value="endfor_sale")
        return ForSaleNode(token, ids, block)
