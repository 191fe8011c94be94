"""From a letter's or a designed body to MJML, its Liquid left as it stands. Pure.

content, look → MJML → (campaigns.channels.compile) → skeleton
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from campaigns.channels.document import ways_out
from campaigns.channels.links import clean
from campaigns.designs.blocks import COLUMNS
from campaigns.designs.look import (
    DARK_BACKGROUND,
    DARK_INK,
    DARK_LINE,
    DARK_MUTED,
    DARK_PAPER,
    FONTS,
    INK,
    LINE,
    MUTED,
    PAPER,
    Look,
)
from campaigns.designs.marks import as_attribute, as_html, as_line
from campaigns.designs.pictures import address_of, width_of

WIDTH, SIDE = 600, 24
MOST_LOGO = 180
MOST_PRODUCT = 264
_PRODUCT_PICTURE = (
    '{{% if item.image != "" %}}<a href="{{{{ item.url }}}}"><img src="{{{{ item.image }}}}" alt="{{{{ item.name }}}}" '
    'width="{width}" style="display:block;max-width:100%;height:auto" /></a>{{% endif %}}'
)
_DARK = (
    f"body,.body{{background:{DARK_BACKGROUND}!important}}.paper,.paper>table{{background:{DARK_PAPER}!important}}"
    f".ink div,.ink a{{color:{DARK_INK}!important}}.muted div,.muted a{{color:{DARK_MUTED}!important}}"
    f".rule p{{border-color:{DARK_LINE}!important}}.paper img{{color:{DARK_INK}}}"
)

type Block = Mapping[str, Any]
type Drawn = Callable[[Block, Look, int], str]


def letter_blocks(body: Mapping[str, str]) -> list[Block]:
    """The blocks that a letter is: its picture, its text, its button."""
    blocks: list[Block] = []
    if body["picture"]:
        blocks.append(
            {
                "id": "picture",
                "type": "picture",
                "picture": body["picture"],
                "alt": body["alt"],
                "url": "",
                "width": "full",
            }
        )
    blocks.append({"id": "text", "type": "text", "text": body["text"], "align": "left"})
    if body["label"]:
        blocks.append({"id": "button", "type": "button", "label": body["label"], "url": body["url"], "align": "left"})
    return blocks


def to_mjml(
    blocks: Iterable[Block],
    look: Look,
    *,
    preheader: str = "",
    language: str = "en",
    letter: bool = False,
    unsubscribable: bool = True,
) -> str:
    """The document of these blocks, with the logo on top and a footer at its end, if no block is one. What we say by
    ourselves is in the active language."""
    blocks = list(blocks)
    background = PAPER if letter else look.background
    sections = [_logo(look, letter)] if look.logo else []
    for columns, group in groupby(blocks, key=lambda block: block["type"] in {COLUMNS, "footer"}):
        if columns:
            sections += [_wide(block, look, unsubscribable) for block in group]
        else:
            sections.append(_section(_column(group, look, WIDTH - 2 * SIDE)))
    if not any(block["type"] == "footer" for block in blocks):
        sections.append(_footer({"text": ""}, look, unsubscribable))
    return (
        f'<mjml lang="{as_attribute(language)}">{_head(look, preheader)}<mj-body width="{WIDTH}px" '
        f'background-color="{background}" css-class="body">{"".join(sections)}</mj-body></mjml>'
    )


def _head(look: Look, preheader: str) -> str:
    family = FONTS[look.font]
    preview = f"<mj-preview>{as_line(preheader)}</mj-preview>" if preheader else ""
    return (
        f"<mj-head>{preview}<mj-attributes>"
        f'<mj-all font-family="{family}" /><mj-section padding="16px 0 0" background-color="{PAPER}" />'
        f'<mj-column padding="0" /><mj-text font-size="16px" line-height="24px" color="{INK}" '
        f'padding="0 {SIDE}px 8px" />'
        f'<mj-image padding="0 {SIDE}px 16px" /><mj-button padding="4px {SIDE}px 20px" inner-padding="12px 20px" '
        f'font-size="16px" font-weight="600" border-radius="8px" background-color="{look.colour}" '
        f'color="{look.on_colour}" /><mj-divider padding="8px {SIDE}px 24px" border-width="1px" '
        f'border-color="{LINE}" />'
        f"</mj-attributes><mj-style>a{{color:{look.link}}}.quiet a{{color:{MUTED}}}"
        ".paper img{font-family:Arial,sans-serif}"
        f"@media (prefers-color-scheme:dark){{{_DARK}}}</mj-style>"
        '<mj-raw><meta name="color-scheme" content="light dark" />'
        '<meta name="supported-color-schemes" content="light dark" /></mj-raw></mj-head>'
    )


def _section(columns: str) -> str:
    return f'<mj-section css-class="paper">{columns}</mj-section>'


def _column(blocks: Iterable[Block], look: Look, width: int) -> str:
    drawn = "".join(_DRAWN[block["type"]](block, look, width) for block in blocks)
    return f"<mj-column>{drawn}</mj-column>"


def _wide(block: Block, look: Look, unsubscribable: bool) -> str:
    if block["type"] == "footer":
        return _footer(block, look, unsubscribable)
    columns = block[COLUMNS]
    width = WIDTH // len(columns) - 2 * SIDE
    return _section("".join(_column(column, look, width) for column in columns))


def _logo(look: Look, letter: bool) -> str:
    align = "left" if letter else "center"
    image = _image(look.logo, look.name, MOST_LOGO, align=align)
    return f'<mj-section css-class="paper" padding="24px 0 8px"><mj-column>{image}</mj-column></mj-section>'


def _image(picture: str, alt: str, most: int, *, url: str = "", align: str = "center", padding: str = "") -> str:
    if not picture:
        return ""
    width = min(width_of(picture) or most, most)
    href = f' href="{as_attribute(url)}"' if url else ""
    space = f' padding="{padding}"' if padding else ""
    return (
        f'<mj-image src="{as_attribute(address_of(picture))}" alt="{as_attribute(alt)}" width="{width}px" '
        f'align="{align}"{href}{space} />'
    )


def _text(html: str, *, kind: str = "ink", **attributes: str) -> str:
    said = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<mj-text css-class="{kind}"{said}>{html}</mj-text>'


def _heading(block: Block, look: Look, width: int) -> str:
    tag, size, line = ("h1", "28px", "34px") if block["size"] == "large" else ("h2", "20px", "28px")
    html = f'<{tag} style="margin:0;font-size:inherit;line-height:inherit">{as_line(block["text"])}</{tag}>'
    return _text(html, align=block["align"], font_size=size, line_height=line, font_weight="600")


def _words(block: Block, look: Look, width: int) -> str:
    return _text(as_html(block["text"]), align=block["align"])


def _picture(block: Block, look: Look, width: int) -> str:
    most = width if block["width"] == "full" else width // 2
    return _image(block["picture"], block["alt"], most, url=block["url"])


def _button(block: Block, look: Look, width: int) -> str:
    if not block["label"]:
        return ""
    return (
        f'<mj-button href="{as_attribute(block["url"])}" align="{block["align"]}">{as_line(block["label"])}</mj-button>'
    )


def _product(block: Block, look: Look, width: int) -> str:
    """Goes as a whole when it and what may take its place are sold out."""
    ids = " ".join(id for id in (block["product"], block["instead"]) if id)
    if not ids:
        return ""
    words = '<b>{{ item.name }}</b>{% if item.price != "" %}<br />{{ item.price }}{% endif %}'
    link = as_line(block["label"] or _("Have a look"))
    picture = _PRODUCT_PICTURE.format(width=min(width, MOST_PRODUCT))
    html = f'{picture}<p style="margin:8px 0 4px">{words}</p><a href="{{{{ item.url }}}}"><b>{link}</b></a>'
    return _text(f"{{% for_sale {ids} %}}{html}{{% endfor_sale %}}", padding=f"0 {SIDE}px 20px")


def _divider(block: Block, look: Look, width: int) -> str:
    return '<mj-divider border-style="solid" css-class="rule" />'


def _question(block: Block, look: Look, width: int) -> str:
    return _text(f"<p>{{% question {block['survey']} %}}</p>") if block["survey"] else ""


def _told(block: Block, look: Look, width: int) -> str:
    """Goes as a whole where nothing is remembered and nothing else is to be said."""
    if not block["key"]:
        return ""
    otherwise = f"{{% else %}}{as_html(block['otherwise'])}" if block["otherwise"] else ""
    return _text(f"{{% recall {block['key']} %}}{as_html(block['text'])}{otherwise}{{% endrecall %}}")


def _signature(block: Block, look: Look, width: int) -> str:
    lines = [as_line(block[name]) for name in ("words", "name") if block[name]]
    role = f'<br /><span style="font-size:14px">{as_line(block["role"])}</span>' if block["role"] else ""
    face = _image(block["picture"], block["alt"], 72, align="left", padding=f"0 {SIDE}px 4px")
    return face + _text("<br />".join(lines) + role, padding=f"8px {SIDE}px 20px")


def _social(block: Block, look: Look, width: int) -> str:
    links = " · ".join(_links(look.social))
    return _text(links, align=block["align"], font_size="14px") if links else ""


def _links(social: Iterable[tuple[str, str]]) -> Iterator[str]:
    for label, address in social:
        if clean(address):
            yield f'<a href="{as_attribute(address)}">{as_line(label)}</a>'


def _footer(block: Block, look: Look, unsubscribable: bool) -> str:
    ways = ways_out(unsubscribable=unsubscribable).items()
    links = " · ".join(f'<a href="{{{{ {name} }}}}">{as_line(label)}</a>' for name, label in ways)
    words = as_html(block["text"] or look.footer)
    address = "{{ business.postal_address | newline_to_br }}"
    text = _text(
        f"{words}{links}<br />{address}", kind="muted quiet", font_size="13px", line_height="20px", color=MUTED
    )
    rule = f'<mj-divider border-style="solid" css-class="rule" padding="8px {SIDE}px 16px" />'
    return f'<mj-section css-class="paper" padding="8px 0 24px"><mj-column>{rule}{text}</mj-column></mj-section>'


_DRAWN: Mapping[str, Drawn] = {
    "heading": _heading,
    "text": _words,
    "picture": _picture,
    "button": _button,
    "product": _product,
    "divider": _divider,
    "question": _question,
    "told": _told,
    "signature": _signature,
    "social": _social,
}
