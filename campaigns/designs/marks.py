"""Words with light marks, to HTML: paragraphs, lists, **bold**, *italic*, [label](address), and addresses as links.

Everything that is not a mark is escaped, what stands in Liquid's raw too. The result is well formed whatever was
written.
"""

import re
from html import escape

from campaigns.channels.document import WEB_ADDRESS
from campaigns.channels.fragments import OUTPUT, RAW, Fragment, Mask
from campaigns.channels.links import clean

_PARAGRAPHS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_LABELLED = re.compile(r"\[([^\[\]\n]{1,500})\]\(([^\s()]{1,1000})\)")
_BULLET = re.compile(r"[-•*] +(?=\S)")
_PARAGRAPH = "margin:0 0 12px"
_LIST = "margin:0 0 12px;padding-left:20px"
_WHOLE = r"[^<>*\n]|<br />\n|<a href=\"[^\"]*\">[^<>]*</a>"
_ITALIC = re.compile(rf"(?<![\w*])\*(?=\S)((?:{_WHOLE})+)(?<=\S)\*(?![\w*])")
_BOLD = re.compile(rf"\*\*(?=\S)((?:{_WHOLE}|<em>[^<>]*</em>)+)(?<=\S)\*\*")


def as_html(words: str) -> str:
    """Paragraphs and lists."""
    mask = masked(words)
    text = mask.join_lines_of_tags(mask.text.strip("\n"), r"\n(?=[ \t]*\S)")
    return mask.restore("".join(_paragraph(mask, part) for part in _PARAGRAPHS.split(text) if part.strip()))


def as_line(words: str) -> str:
    """Escaped, and nothing else: for headings and labels."""
    mask = masked(words)
    return mask.restore(escape(mask.text, quote=False))


def as_attribute(words: str) -> str:
    """What stands between the quotes of an attribute. Logic that needs room of its own does no harm there."""
    mask = masked(words)
    return mask.restore(escape(mask.text, quote=True))


def masked(words: str) -> Mask:
    """Its Liquid hidden; text inside of raw is escaped like any other."""
    mask = Mask(words)
    mask.hidden = [_escaped(fragment) if fragment.kind == RAW else fragment for fragment in mask.hidden]
    return mask


def _escaped(raw: Fragment) -> Fragment:
    return Fragment(RAW, f"{{% raw %}}{escape(raw.text)}{{% endraw %}}", raw.start)


def _paragraph(mask: Mask, text: str) -> str:
    if mask.is_only_tags(text):
        return text
    lines = text.split("\n")
    if all(_BULLET.match(line) for line in lines if line.strip()):
        items = "".join(f"<li>{_marked(mask, _BULLET.sub('', line, count=1))}</li>" for line in lines if line.strip())
        return f'<ul style="{_LIST}">{items}</ul>'
    return f'<p style="{_PARAGRAPH}">{_marked(mask, text)}</p>'


def _marked(mask: Mask, text: str) -> str:
    """The inside of a paragraph."""
    pieces, at = [], 0
    for match in _LABELLED.finditer(text):
        if not mask.found(match[2]) and clean(match[2]) is None:
            continue
        pieces += [_linked(mask, text[at : match.start()]), _link(match[2], match[1])]
        at = match.end()
    pieces.append(_linked(mask, text[at:]))
    html = "".join(pieces).replace("\n", "<br />\n")
    return _BOLD.sub(r"<b>\1</b>", _ITALIC.sub(r"<em>\1</em>", html))


def _linked(mask: Mask, text: str) -> str:
    """Escaped, with addresses as links."""
    pieces, at = [], 0
    for match in WEB_ADDRESS.finditer(text):
        pieces += [escape(text[at : match.start()], quote=False), _link(match[0], match[0])]
        at = match.end()
    pieces.append(escape(text[at:], quote=False))
    free = set(re.findall(rf"(?:(?<=\s)|^){mask.word}\d+z(?=$|[\s.,;:!?])", text))
    return mask.pattern.sub(lambda match: _variable(mask, match) if match[0] in free else match[0], "".join(pieces))


def _link(address: str, label: str) -> str:
    return f'<a href="{escape(address).replace("*", "%2A")}">{escape(label, quote=False)}</a>'


def _variable(mask: Mask, match: re.Match[str]) -> str:
    """A variable alone between spaces; one that holds an address is a link."""
    fragment = mask.hidden[int(match[1])]
    if fragment.kind == OUTPUT and re.fullmatch(r"\{\{-?\s*[\w.]*(?:\burl|_url)\s*-?\}\}", fragment.source):
        return f'<a href="{match[0]}">{match[0]}</a>'
    return match[0]


def as_shown(words: str, *, lines: bool = True) -> str:
    """For the page where it is written: without styles, links that lead nowhere, Liquid as a word on a slip."""
    mask = masked(words)
    if lines:
        text = mask.join_lines_of_tags(mask.text.strip("\n"), r"\n(?=[ \t]*\S)")
        html = "".join(_paragraph(mask, part) for part in _PARAGRAPHS.split(text) if part.strip())
        html = re.sub(r'<a href="[^"]*">', '<span class="mail-link">', html).replace("</a>", "</span>")
        html = re.sub(r' style="[^"]*"', "", html)
    else:
        html = escape(mask.text)
    return mask.pattern.sub(
        lambda match: f'<span class="slip">{escape(_slip(mask.hidden[int(match[1])]))}</span>', html
    )


def _slip(fragment: Fragment) -> str:
    said = fragment.source.strip("{}%- \t\n")
    if fragment.kind == OUTPUT:
        said = said.partition("|")[0].strip().removeprefix("contact.").removeprefix("business.")
    return said.replace("_", " ")
