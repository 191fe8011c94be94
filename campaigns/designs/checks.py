"""What is wrong with a design, and what may go wrong with it, each at its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from liquid.exceptions import LiquidError

from campaigns.channels import liquid
from campaigns.channels.document import BadMarkup
from campaigns.channels.names import SAMPLE
from campaigns.channels.preview import Previews, preview_three
from campaigns.channels.skeleton import CannotRender, Rendered
from campaigns.channels.variables import shop_variables
from campaigns.designs import hints
from campaigns.designs.blocks import ADDRESS, BLOCKS, LETTER, PICTURE, WORDS, Field
from campaigns.designs.compiling import skeleton
from campaigns.designs.look import Look
from campaigns.designs.parse import DESIGNED, LETTER_KIND, Json, every_block
from crm.business.models import Business

_MARKUP_KINDS = frozenset({"html", "mjml"})
_RECALLED = ("{% recall known %}", "{% endrecall %}")
"""Around what is said of a memory, where `value` and `because` are known."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`place` as in `subject`, `text`, `body`, `body.text` or `<block>.label`; empty for the whole. Lines and columns
    count from 1, 0 where there is none. What `stops` must be mended before anything is sent."""

    language: str
    place: str
    message: str
    line: int = 0
    column: int = 0
    stops: bool = False


class NotReady(ValueError):
    """A design that cannot be sent as it is."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(f"{found.language} {found.place}: {found.message}" for found in findings))
        self.findings = findings


def check(
    kind: str, contents: Mapping[str, Json], look: Look, shop: Business, *, unsubscribable: bool = True
) -> list[Finding]:
    """Of all languages. Pure but for the words of the active language; no query."""
    return [
        found
        for language, content in contents.items()
        for found in check_content(kind, content, look, shop, language=language, unsubscribable=unsubscribable)
    ]


def check_content(
    kind: str, content: Json, look: Look, shop: Business, *, language: str, unsubscribable: bool = True
) -> list[Finding]:
    """Of one language: first what is written, and if that can be sent, what it looks like with sample values."""
    found = [*_written(kind, content, language)]
    if any(finding.stops for finding in found):
        return found
    try:
        previews = preview(kind, content, look, shop, language=language, unsubscribable=unsubscribable)
    except (LiquidError, BadMarkup, CannotRender) as error:
        return [*found, Finding(language, "body", str(error), stops=True)]
    return found + [
        Finding(language, hint.place, hint.message, stops=hint.stops)
        for hint in hints.of(_worst(previews), kind=kind, shop=shop, unsubscribable=unsubscribable)
    ]


def preview(
    kind: str, content: Json, look: Look, shop: Business, *, language: str, unsubscribable: bool = True
) -> Previews:
    """With sample values. Raises LiquidError, BadMarkup and CannotRender."""
    made = skeleton(kind, content, look, language=language, unsubscribable=unsubscribable)
    keys, surveys = cited(made.slots), asked(made.slots)
    known = {name: value for name, value in shop_variables(shop).items() if value}
    return preview_three(made, keys, surveys, {**SAMPLE, "business": SAMPLE["business"] | known})


def cited(slots: Any) -> list[str]:
    """The preference keys that the slots of a skeleton cite."""
    return list(dict.fromkeys(key for slot in slots for key in liquid.recall_keys(slot.source)))


def asked(slots: Any) -> list[str]:
    """The surveys that the slots of a skeleton ask."""
    return list(dict.fromkeys(key for slot in slots for key in liquid.question_keys(slot.source)))


def fields(kind: str, content: Json) -> Iterator[tuple[str, Field, str]]:
    """Every field of a body, by its place."""
    if kind == LETTER_KIND:
        yield from ((f"body.{name}", field, content["body"][name]) for name, field in LETTER.items())
    elif kind == DESIGNED:
        for block in every_block(content["body"]["blocks"]):
            for name, field in BLOCKS[block["type"]].items():
                yield f"{block['id']}.{name}", field, block[name]


def _worst(previews: Previews) -> Rendered:
    """The longest of the three."""
    return max((previews.with_facts, previews.without, previews.stale), key=lambda made: len(made.html))


def _written(kind: str, content: Json, language: str) -> Iterator[Finding]:
    blocks = every_block(content["body"].get("blocks", []))
    told = {f"{block['id']}.text" for block in blocks if block["type"] == "told"}
    for place, source, shape in _sources(kind, content):
        if not source.strip():
            continue
        before, after = _RECALLED if place in told else ("", "")
        for problem in liquid.check(f"{before}{source}{after}", shape):
            column = problem.column - len(before) if problem.line == 1 else problem.column
            yield Finding(language, place, problem.message, problem.line, max(column, 1), not problem.warning)
    for place, message, stops in _missing(kind, content):
        yield Finding(language, place, message, stops=stops)


def _sources(kind: str, content: Json) -> Iterator[tuple[str, str, str]]:
    """What may hold Liquid: its place, its text and what it is to be checked as."""
    yield "subject", content["subject"], "subject"
    if _is_liquid(content.get("preheader", "")):
        yield "preheader", content["preheader"], "letter"
    if _is_liquid(content["text"] or ""):
        yield "text", content["text"], "letter"
    if kind in _MARKUP_KINDS:
        yield "body", content["body"]["source"], kind
    for place, field, value in fields(kind, content):
        if field.kind in (WORDS, ADDRESS, PICTURE) and _is_liquid(value):
            yield place, value, "letter"


def _is_liquid(text: str) -> bool:
    return "{{" in text or "{%" in text


def _missing(kind: str, content: Json) -> Iterator[tuple[str, str, bool]]:
    if not content["subject"].strip():
        yield "subject", _("It has no subject yet."), True
    body = content["body"]
    if kind in _MARKUP_KINDS and not body["source"].strip():
        yield "body", _("There is nothing in it yet."), True
    if kind == LETTER_KIND:
        yield from _letter_lacks(body)
    if kind == DESIGNED and not body["blocks"]:
        yield "body", _("There is nothing in it yet."), True
    for block in every_block(body.get("blocks", [])):
        yield from _block_lacks(block)


def _letter_lacks(body: Mapping[str, str]) -> Iterator[tuple[str, str, bool]]:
    if not body["text"].strip():
        yield "body.text", _("There is nothing in it yet."), True
    if body["picture"] and not body["alt"]:
        yield "body.alt", _("Say what the picture shows, for those who do not see it."), False
    if body["label"] and not body["url"]:
        yield "body.url", _("The button leads nowhere yet."), True


def _block_lacks(block: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    id, type = block["id"], block["type"]
    if block.get("picture") and not block["alt"]:
        yield f"{id}.alt", _("Say what the picture shows, for those who do not see it."), False
    if type == "picture" and not block["picture"]:
        yield f"{id}.picture", _("Choose a picture; without one this block is left out."), False
    if type == "button" and block["label"] and not block["url"]:
        yield f"{id}.url", _("The button leads nowhere yet."), True
    if type == "button" and not block["label"]:
        yield f"{id}.label", _("Say what stands on the button; without it the button is left out."), False
    if type == "question" and not block["survey"]:
        yield f"{id}.survey", _("Choose what is asked; without it this block is left out."), False
    if type == "product" and not block["product"]:
        yield f"{id}.product", _("Choose a product; without one this block is left out."), False
    if type == "told" and not block["key"]:
        yield f"{id}.key", _("Choose what is remembered; without it this block is left out."), False
