"""Puts the links of a masked HTML document under their numbers."""

import re
from html import escape, unescape

from campaigns.channels.document import WEB_ADDRESS
from campaigns.channels.fragments import OUTPUT, TAG, Mask
from campaigns.channels.links import UNTRACKED_SCHEMES, clean, is_web
from campaigns.channels.names import LINKS, STILL_RIGHT

_HREF = re.compile(
    r"(<(?:a|area|v:roundrect|v:rect)\s(?:[^>\"']|\"[^\"]*\"|'[^']*')*?\bhref\s*=\s*)"
    r"(\"[^\"]*\"|'[^']*'|[^\s>\"']+)",
    re.IGNORECASE,
)
_OWN_LINK = re.compile(r"\{\{-?\s*(?:" + "|".join(sorted({*LINKS, STILL_RIGHT})) + r")\s*-?\}\}")


def track(mask: Mask, html: str) -> tuple[str, list[str]]:
    """`html` with each web address behind a tracked one, and the addresses by their numbers.

    Left alone are mailto:, tel:, anchors, and our own links; an address that holds Liquid is made, checked and
    numbered when the message is made.
    """
    targets: list[str] = []

    def replace(match: re.Match[str]) -> str:
        return f'{match[1]}"{_tracked(mask, match[2].strip("\"'"), targets)}"'

    return _HREF.sub(replace, html), targets


def track_text(mask: Mask, targets: list[str]) -> str:
    """Masked plain text with each web address behind a tracked one; `targets` grows by those that are new."""
    return WEB_ADDRESS.sub(lambda match: _tracked(mask, match[0], targets), mask.text)


def _tracked(mask: Mask, address: str, targets: list[str]) -> str:
    found = mask.found(address)
    if not found:
        return _static(mask, address, targets)
    if len(found) == 1 and _OWN_LINK.fullmatch(found[0].source) and not mask.pattern.sub("", address).strip():
        return address.strip()
    if address.lstrip().lower().startswith(tuple(f"{scheme}:" for scheme in UNTRACKED_SCHEMES)):
        return address
    return f"{mask.hide('{% href %}', TAG, 'href')}{address}{mask.hide('{% endhref %}', TAG, 'endhref')}"


def _static(mask: Mask, address: str, targets: list[str]) -> str:
    url = unescape(address).strip()
    target = clean(url) if is_web(url) else None
    if target is None:
        return escape(url)
    if target not in targets:
        targets.append(target)
    return mask.hide(f"{{{{ links[{targets.index(target)}] }}}}", OUTPUT)
