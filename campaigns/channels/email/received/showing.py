"""A mail as it may be shown: its HTML cleaned, its pictures made anew, its files by their place."""

import base64
import re
from functools import partial

import nh3

from campaigns.channels.email.received import letters, parts
from engage.lib import pictures

MOST_PICTURES = 20
_CID = re.compile(r"cid:([^\"'\s>]+)", re.IGNORECASE)
TAGS = nh3.ALLOWED_TAGS | {"center", "font"}
ATTRIBUTES = {
    **{tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
    "*": {
        "align",
        "valign",
        "bgcolor",
        "dir",
        "lang",
        "title",
        "width",
        "height",
        "border",
        "cellpadding",
        "cellspacing",
    },
    "img": {"src", "alt", "width", "height"},
    "a": {"href", "title"},
    "font": {"color", "size", "face"},
}
SCHEMES = {"http", "https", "mailto", "tel", "data"}
_DATA = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=]+")


def html_of(raw: bytes, *, pictures_too: bool) -> str:
    """What may stand in a frame: no script, no style, no form; pictures within the mail made anew, others only where
    they are asked for. Raises what parsers raise."""
    html, leaves = letters.html_of(raw)
    inner = _pictures(html, leaves)
    named = _CID.sub(lambda match: inner.get(match[1], ""), html)
    return nh3.clean(
        named,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        attribute_filter=partial(_attribute, pictures_too),
        clean_content_tags={"script", "style", "title"},
    )


def has_remote_pictures(html: str) -> bool:
    return re.search(r"<img\b[^>]{0,2000}\bsrc=[\"']?https?:", html, re.IGNORECASE) is not None


def file_of(raw: bytes, position: int) -> bytes | None:
    leaves = parts.leaves(parts.parsed(raw))
    return parts.content(leaves[position]) if position < len(leaves) else None


def _attribute(pictures_too: bool, tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        remote = value.lower().startswith(("http://", "https://"))
        return value if (remote and pictures_too) or _DATA.fullmatch(value) else None
    if value.lower().lstrip().startswith("data:"):
        return None
    return value


def _pictures(html: str, leaves: list) -> dict[str, str]:
    """By the names that the HTML calls them, the pictures that came with it."""
    wanted = set(_CID.findall(html)[:MOST_PICTURES])
    found: dict[str, str] = {}
    for part in leaves:
        cid = str(part.get("Content-ID", "")).strip(" <>")
        if cid in wanted and part.get_content_maintype() == "image" and cid not in found:
            made = pictures.thumbnail(parts.content(part), (1200, 1200))
            found[cid] = f"data:image/{made[1]};base64,{base64.b64encode(made[0]).decode()}" if made else ""
    return found
