"""What may keep a finished message from arriving, or from being read: seen from what its receiver would get. Pure.

Each has its source. Gmail clips over 102 KB. Capitals, exclamation marks in a row, a feigned reply, nothing but a
picture, and a link that shows another address than it opens are among SpamAssassin's rules (SUBJ_ALL_CAPS, PLING_PLING,
FAKE_REPLY, HTML_IMAGE_ONLY, URI_PHISH); shortened links stand on blocklists.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from lxml.html import HtmlElement, document_fromstring

from campaigns.channels.liquid import CLIPPED_AT
from campaigns.channels.names import SAMPLE
from campaigns.channels.skeleton import Rendered
from crm.business.models import Business

FEW_WORDS = 10
_SHORTENERS = frozenset(
    {"bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly"}
)
_SHOWN_HOST = re.compile(r"(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/?#]\S*)?", re.IGNORECASE)
_FILES = frozenset({"jpg", "jpeg", "png", "gif", "pdf", "html", "docx", "xlsx"})


@dataclass(frozen=True, slots=True)
class Hint:
    place: str
    message: str
    stops: bool = False


def of(made: Rendered, *, kind: str, shop: Business, unsubscribable: bool) -> list[Hint]:
    """`made` with sample values and untracked links."""
    tree = document_fromstring(made.html or "<p></p>")
    found = [*_subject(made.subject), *_size(made.html), *_links(tree), *_text(made.text, shop)]
    if kind in {"html", "mjml"}:
        found += _pictures(tree)
    if unsubscribable and not any(a.get("href") == SAMPLE["unsubscribe_url"] for a in tree.iter("a")):
        found.append(Hint("body", _("The link to unsubscribe is not in it, or not always: the law asks for it."), True))
    if not shop.postal_address.strip():
        found.append(Hint("", _("Your postal address is missing; it stands at the foot of every message.")))
    return list(dict.fromkeys([*found, *_only_a_picture(tree, shop)]))


def _subject(subject: str) -> Iterator[Hint]:
    letters = [character for character in subject if character.isalpha()]
    if len(letters) >= 8 and " " in subject.strip() and subject == subject.upper() != subject.lower():
        yield Hint("subject", _("All in capitals: spam filters count that, and people read it as shouting."))
    if "!!" in subject or "！！" in subject:
        yield Hint("subject", _("Exclamation marks in a row: spam filters count them."))
    if re.match(r"\s*(re|fwd?|aw|rv)\s*:", subject, re.IGNORECASE):
        yield Hint("subject", _("It looks like an answer to a letter that was never written: spam filters count that."))


def _size(html: str) -> Iterator[Hint]:
    size = len(html.encode())
    if size > CLIPPED_AT:
        yield Hint("", _("%(size)s KB: Gmail cuts off what is over 102 KB.") % {"size": size // 1024})


def _links(tree: HtmlElement) -> Iterator[Hint]:
    for anchor in tree.iter("a"):
        label, host = anchor.text_content().strip(), _host(anchor.get("href") or "")
        shown = _SHOWN_HOST.fullmatch(label)
        if shown and shown[1].rpartition(".")[2].lower() not in _FILES and host and not _same(shown[1].lower(), host):
            said = {"shown": shown[1], "host": host}
            yield Hint("body", _("A link shows %(shown)s and opens %(host)s: that is how fraud looks.") % said)
        if host in _SHORTENERS:
            yield Hint("body", _("Links through %(host)s are often blocked: say the whole address.") % {"host": host})


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _same(one: str, other: str) -> bool:
    """Whether one is the other, or within it."""
    one = one.removeprefix("www.")
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _text(text: str, shop: Business) -> Iterator[Hint]:
    words = re.sub(r"<?https?://\S+|<[^>]*>", " ", text.replace(shop.postal_address, " ")).split()
    if len(words) < 12:
        yield Hint("text", _("There is hardly any plain text: watches, some readers and spam filters see only that."))


def _pictures(tree: HtmlElement) -> Iterator[Hint]:
    without = sum(1 for image in tree.iter("img") if not (image.get("alt") or "").strip())
    if without:
        yield Hint("body", _("%(number)d pictures do not say what they show (alt).") % {"number": without})


def _only_a_picture(tree: HtmlElement, shop: Business) -> Iterator[Hint]:
    body = tree.find("body")
    if body is None or next(body.iter("img"), None) is None:
        return
    for element in [*body.iter("style", "a")]:
        element.drop_tree()
    if len(body.text_content().replace(shop.postal_address, " ").split()) < FEW_WORDS:
        yield Hint("body", _("It is hardly more than a picture: many see none, and spam filters count that."))
