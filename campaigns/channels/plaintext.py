"""The text part, made once per design from its masked HTML document."""

import re

from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig
from lxml.html import HtmlElement, document_fromstring

from campaigns.channels.fragments import TEXT, Mask

_TABLE_PARTS = ("table", "thead", "tbody", "tfoot", "td", "th")
_CONFIG = ParserConfig(css=CSS_PROFILES["strict"])


def plaintext(mask: Mask, html: str) -> str:
    """Masked text: paragraphs, lists, and each link as `label <address>`."""
    tree = document_fromstring(html)
    _flatten_tables(mask, tree)
    _spell_out_links(mask, tree)
    lines = Inscriptis(tree, _CONFIG).get_text().splitlines()
    text = "\n".join(_squeezed(line) for line in lines)
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    return mask.join_lines_of_tags(text, r"\n+") + "\n"


def _flatten_tables(mask: Mask, tree: HtmlElement) -> None:
    """Tables lay mails out: a row of one cell is a paragraph; cells beside each other are a line, two spaces apart."""
    gap = mask.hide("  ", TEXT)
    for row in tree.iter("tr"):
        row.tag = "div"
        cells = [cell for cell in row.iterchildren("td", "th") if cell.find(".//table") is None]
        if len(row) == 1 and cells:
            cells[0].tag = "p"
        elif len(cells) == len(row):
            _put_in_line(cells, gap)
    for element in tree.iter(*_TABLE_PARTS):
        element.tag = "div"


def _put_in_line(cells: list[HtmlElement], gap: str) -> None:
    for cell in cells:
        cell.tag = "span"
        cell.tail = gap if cell is not cells[-1] else cell.tail


def _spell_out_links(mask: Mask, tree: HtmlElement) -> None:
    for anchor in tree.iter("a"):
        href = (anchor.get("href") or "").strip()
        label = anchor.text_content().strip()
        if not href or href.startswith("#"):
            continue
        shown = href.removeprefix("mailto:").removeprefix("tel:")
        if _is_address(label) or _restored(mask, label) in {_restored(mask, href), shown}:
            _clear(anchor)
            anchor.text = shown
        else:
            anchor.tail = (f" <{shown}>" if label else shown) + (anchor.tail or "")


def _is_address(label: str) -> bool:
    return label.startswith(("http://", "https://")) and " " not in label


def _restored(mask: Mask, address: str) -> str:
    return mask.restore(address).removeprefix("{% href %}").removesuffix("{% endhref %}")


def _clear(anchor: HtmlElement) -> None:
    for child in list(anchor):
        anchor.remove(child)


def _squeezed(line: str) -> str:
    indent = re.match(r" *(?=[*\d])", line)
    return (indent[0] if indent else "") + line.strip()
