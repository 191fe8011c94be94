"""Turns what owners write (a letter, HTML or MJML, its Liquid masked) into one HTML document with its footer."""

import re
from html import escape

from django.utils.translation import gettext as _
from mjml import mjml2html

from campaigns.channels.fragments import Mask

_STYLE = (
    "body{margin:0;background:#FFFFFF;color:#1F2622;"
    "font:16px/24px -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}"
    ".letter{max-width:544px;margin:0 auto;padding:24px 16px}a{color:#1F6F5C}"
)
_DOCUMENT = (
    '<!doctype html><html><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>'
    '<body><div class="letter">{body}</div></body></html>'
)
_FOOTER = (
    '<p style="max-width:544px;margin:0 auto;padding:16px;border-top:1px solid #E6E1D8;'
    'font-size:13px;line-height:20px;color:#5C655F">{parts}</p>'
)
_FOOTER_LINK = '<a href="{url}" style="color:#5C655F">{label}</a>'
LETTER_OPENS = _DOCUMENT.partition("<body>")[2].partition("{body}")[0]
LETTER_CLOSES = "</div>" + _FOOTER.partition("{parts}")[0]
"""What stands around the body of a letter: `joining` knows it by these."""
_PARAGRAPHS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]]")


class BadMarkup(ValueError):
    """The markup cannot be compiled; `offset` is where, in characters of the masked source, if it is known."""

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.offset = offset


def document(mask: Mask, kind: str, *, unsubscribable: bool) -> str:
    """The masked HTML document of a masked source. Raises BadMarkup."""
    html = {"letter": letter, "html": _html, "mjml": _mjml}[kind](mask)
    footer = _footer(mask, unsubscribable=unsubscribable)
    at = html.lower().rfind("</body>")
    return html + footer if at < 0 else html[:at] + footer + html[at:]


def letter(mask: Mask) -> str:
    """Paragraphs of text as a masked HTML document, without a footer."""
    text = mask.join_lines_of_tags(mask.text.replace("\r\n", "\n").strip("\n"), r"\n(?=[ \t]*\S)")
    paragraphs = (_paragraph(mask, part) for part in _PARAGRAPHS.split(text))
    return _DOCUMENT.format(style=_STYLE, body="".join(paragraphs))


def _paragraph(mask: Mask, text: str) -> str:
    if mask.is_only_tags(text):
        return text  # logic around whole paragraphs
    return f"<p>{_linked(mask, escape(text, quote=False)).replace('\n', '<br>\n')}</p>"


def _linked(mask: Mask, text: str) -> str:
    text = WEB_ADDRESS.sub(lambda match: f'<a href="{match[0].replace('"', "&quot;")}">{match[0]}</a>', text)
    return mask.pattern.sub(lambda match: _linked_variable(mask, match, text), text)


def _linked_variable(mask: Mask, match: re.Match[str], text: str) -> str:
    """A variable that holds an address becomes a link, unless it stands inside one."""
    stands_free = text[: match.start()].endswith((" ", "\n", ">")) or match.start() == 0
    is_address = re.fullmatch(r"\{\{-?\s*[\w.]*(\burl|_url)\s*-?\}\}", mask.hidden[int(match[1])].source)
    if not (stands_free and is_address) or text[match.end() :].startswith("</a>"):
        return match[0]
    return f'<a href="{match[0]}">{match[0]}</a>'


def _html(mask: Mask) -> str:
    if re.search(r"<(?:html|body)[\s>]", mask.text, re.IGNORECASE):
        return mask.text
    return _DOCUMENT.format(style=_STYLE, body=mask.text)


def _mjml(mask: Mask) -> str:
    try:
        return mjml2html(mask.text)
    except ValueError as error:
        position = re.search(r"position (\d+)", str(error))
        raise BadMarkup(str(error), int(position[1]) if position else None) from error


def ways_out(*, unsubscribable: bool) -> dict[str, str]:
    """The links that every message carries: the name of each and what it says, in the active language."""
    links = {"talk_url": _("Write to a person"), "memory_url": _("What we remember about you")}
    return links | {"unsubscribe_url": _("Unsubscribe")} if unsubscribable else links


def _footer(mask: Mask, *, unsubscribable: bool) -> str:
    """The links and the address that every message carries, as far as the design itself lacks them."""
    present = " ".join(part.source for part in mask.hidden)
    parts = [
        _FOOTER_LINK.format(url=mask.hide(f"{{{{ {name} }}}}"), label=escape(label))
        for name, label in ways_out(unsubscribable=unsubscribable).items()
        if name not in present
    ]
    footer = " · ".join(parts)
    if "business.postal_address" not in present:
        footer += ("<br>" if parts else "") + mask.hide("{{ business.postal_address | newline_to_br }}")
    return _FOOTER.format(parts=footer) if footer else ""
