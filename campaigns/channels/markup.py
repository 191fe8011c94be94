"""What is wrong with the markup of a design, Liquid apart: (index into the source, message)."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.channels.document import BadMarkup, document
from campaigns.channels.fragments import TAG, TEXT, Mask, top_level
from campaigns.channels.links import clean

_MJML_TAGS = {
    *("accordion", "accordion-element", "accordion-text", "accordion-title", "all", "attributes", "body"),
    *("breakpoint", "button", "carousel", "carousel-image", "class", "column", "divider", "font", "group", "head"),
    *("hero", "html-attribute", "html-attributes", "image", "include", "navbar", "navbar-link", "preview", "raw"),
    *("section", "selector", "social", "social-element", "spacer", "style", "table", "text", "title", "wrapper"),
}
_MJ_TAG = re.compile(r"<(mj-([a-z-]+))")
_LINK = re.compile(r"<(?:a|area|mj-\w+)\s[^>]*?\bhref\s*=\s*[\"']?([^\"'\s>]*)", re.IGNORECASE)
_BLOCK_EDGE = re.compile(r"<(?:/?(?:p|div|li|td|tr|h[1-6]|mj-[a-z-]+|table|ul|ol)\b[^>]*|br\s*/?)>|\n")
_ELSE = re.compile(r"\{%-?\s*else\b")
_MARKUP = re.compile(r"<[^>]*>")


def problems(source: str, kind: str) -> Iterator[tuple[int, str]]:
    mask = Mask(source)
    if kind == "mjml":
        yield from _unknown_components(mask)
    if kind != "letter":
        yield from _dead_links(mask)
    try:
        document(mask, kind, unsubscribable=True)
    except BadMarkup as error:
        yield mask.origin(error.offset or 0), str(error)


def _unknown_components(mask: Mask) -> Iterator[tuple[int, str]]:
    for match in _MJ_TAG.finditer(mask.text):
        if match[2] not in _MJML_TAGS:
            yield mask.origin(match.start()), _("MJML has no %(name)s.") % {"name": match[1]}


def _dead_links(mask: Mask) -> Iterator[tuple[int, str]]:
    for match in _LINK.finditer(mask.text):
        address = match[1]
        if not mask.found(address) and not address.startswith("#") and clean(address) is None:
            yield mask.origin(match.start(1)), _("A link must begin with https://, mailto: or tel:.")


def cut_sentences(source: str) -> Iterator[tuple[int, str]]:
    """Blocks that leave half a sentence behind when there is nothing to recall."""
    before = ""
    for part in top_level(source):
        if part.kind == TEXT:
            before += part.source
        elif part.kind == TAG and part.name == "recall":
            words = _MARKUP.sub("", _BLOCK_EDGE.split(before)[-1]).strip()
            if words and words[-1] not in ".!?:;…。！？)" and not _ELSE.search(part.source):
                yield part.start, _("The sentence before this block is cut off when we remember nothing.")
            before = ""
        else:
            before += "x"
