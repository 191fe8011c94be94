"""Where somebody came from, read from what came along with an event. Pure.

What the owner wrote into a link (utm parameters) counts before the page they came from. Of that page only the host is
kept: paths and queries may hold personal data, and so does whatever has an @ in it.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _

from crm.contacts.models import Origin

Kind = Origin.Kind

LONGEST_QUERY = 2_000
LONGEST_HOST = LONGEST_SOURCE = LONGEST_CAMPAIGN = 120
LONGEST_MEDIUM = 60
SCANNED = frozenset({"qr", "qrcode", "qr-code", "qr_code"})
SEARCH = frozenset(
    {
        *("google", "bing", "duckduckgo", "yahoo", "ecosia", "baidu", "yandex", "qwant", "startpage", "brave"),
        *("kagi", "sogou", "naver", "seznam", "so"),
    }
)
BEFORE_SEARCH = frozenset({"search", "m", "images", "news", "lite", "html", "cn"})
SOCIAL = {
    "instagram.com": "instagram",
    "facebook.com": "facebook",
    "fb.com": "facebook",
    "fb.me": "facebook",
    "tiktok.com": "tiktok",
    "pinterest.com": "pinterest",
    "pinterest.co.uk": "pinterest",
    "pin.it": "pinterest",
    "twitter.com": "x",
    "t.co": "x",
    "x.com": "x",
    "linkedin.com": "linkedin",
    "lnkd.in": "linkedin",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "reddit.com": "reddit",
    "threads.net": "threads",
    "bsky.app": "bluesky",
    "whatsapp.com": "whatsapp",
    "wa.me": "whatsapp",
    "t.me": "telegram",
    "telegram.org": "telegram",
    "weibo.com": "weibo",
    "xiaohongshu.com": "xiaohongshu",
    "vk.com": "vk",
    "snapchat.com": "snapchat",
}
ALSO_CALLED = {"ig": "instagram", "fb": "facebook", "meta": "facebook", "twitter": "x", "yt": "youtube"}
PAYMENT = frozenset(
    {"paypal.com", "stripe.com", "klarna.com", "adyen.com", "mollie.com", "sumup.com", "shop.app", "worldpay.com"}
)
"""From there people come back, not in."""

SPELT = {
    "x": "X",
    "tiktok": "TikTok",
    "linkedin": "LinkedIn",
    "youtube": "YouTube",
    "whatsapp": "WhatsApp",
    "vk": "VK",
    "duckduckgo": "DuckDuckGo",
}
_NETWORKS = frozenset(SOCIAL.values())
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+")


class Came(NamedTuple):
    """One origin, without its time. `source` is who sent them: a network, a search engine, a host, a file, a word."""

    kind: str
    source: str = ""
    medium: str = ""
    campaign: str = ""
    host: str = ""


class Arrived(NamedTuple):
    at: datetime
    came: Came


class Ends(NamedTuple):
    first: Arrived
    last: Arrived


def ends(rows: Collection[Origin]) -> Ends | None:
    """The first and the last of one person's rows, as `registrations` finds them; None without any."""
    if not rows:
        return None
    first = min(rows, key=lambda row: (row.first_at, row.recorded_for_id))
    last = max(rows, key=lambda row: (row.last_kind != Kind.TOLD, row.last_at, row.recorded_for_id))
    return Ends(
        Arrived(first.first_at, Came(*(getattr(first, f"first_{name}") for name in Came._fields))),
        Arrived(last.last_at, Came(*(getattr(last, f"last_{name}") for name in Came._fields))),
    )


def words(origin: Came) -> str:
    """`Instagram (campaign spring)`, as it stands behind "came from"."""
    name = spelt(origin.source)
    details = [origin.medium] if origin.kind == Kind.LINK and origin.medium else []
    details += [_("campaign %(name)s") % {"name": origin.campaign}] if origin.campaign else []
    if origin.kind == Kind.QR:
        details = [name, *details] if name else details
        name = ""
    text = _NAMED.get(origin.kind, lambda _name: "")(name) or name or str(Kind(origin.kind).label)
    return f"{text} ({', '.join(details)})" if details else text


_NAMED: dict[str, Callable[[str], str]] = {
    Kind.TOLD: lambda name: _("their own word, “%(words)s”") % {"words": name},
    Kind.IMPORT: lambda name: _("a file, %(name)s") % {"name": name},
    Kind.STAFF: lambda name: _("a colleague who added them"),
}


def came(context: Mapping[str, Any], own: str = "") -> Came | None:
    """What an event's context says, or None where it says nothing of it. `own` is a host that is the shop's too."""
    campaign, page = context.get("campaign"), context.get("page")
    if not campaign and not page:
        return None
    page = page if isinstance(page, dict) else {}
    tags = campaign if isinstance(campaign, dict) and campaign else _tags(page)
    if not tags and not page.get("referrer"):
        return None
    host, here = host_of(page.get("referrer")), host_of(page.get("url"))
    outside = "" if not host or _same(host, here) or _same(host, own) else host
    return (_tagged(tags, outside) if tags else None) or (_from_host(outside) if outside else None)


def told(words: str) -> Came | None:
    """What somebody answered who was asked how they found us."""
    source = _clean(words, LONGEST_SOURCE)
    return Came(Kind.TOLD, source) if source else None


def host_of(address: Any) -> str:
    """The host of a web address in small letters, without www and port; '' where there is none."""
    if not isinstance(address, str) or not address.startswith(("http://", "https://")):
        return ""
    rest = address.split("/", 3)[2]
    host = re.split(r"[?#\\]", rest, maxsplit=1)[0].rpartition("@")[2].partition(":")[0].lower()
    host = host.removeprefix("www.")
    return host if len(host) <= LONGEST_HOST and _HOST.fullmatch(host) else ""


def bare(address: Any) -> str:
    """A web address without what stands behind its host."""
    return f"{address.partition(':')[0]}://{host}/" if (host := host_of(address)) else ""


def spelt(source: str) -> str:
    """The name of a network or a search engine as it writes itself; anything else as it is."""
    known = source in _NETWORKS or source in SEARCH
    return SPELT.get(source, source.capitalize()) if known else source


def _tags(page: Mapping[str, Any]) -> dict[str, str]:
    """The utm parameters of the page's address, as Segment's clients call them."""
    query = page.get("search") or page.get("url")
    if not isinstance(query, str) or "utm_" not in query:
        return {}
    pairs = parse_qsl(query.partition("#")[0].partition("?")[2][:LONGEST_QUERY], max_num_fields=None)
    found = {name.removeprefix("utm_"): value for name, value in pairs if name.startswith("utm_")}
    return {"name" if name == "campaign" else name: value for name, value in found.items()}


def _tagged(tags: Mapping[str, Any], host: str) -> Came | None:
    source = _clean(tags.get("source"), LONGEST_SOURCE).lower()
    medium = _clean(tags.get("medium"), LONGEST_MEDIUM).lower()
    campaign = _clean(tags.get("name"), LONGEST_CAMPAIGN)
    source = SOCIAL.get(source) or ALSO_CALLED.get(source, source)
    if not source and not campaign:
        return Came(Kind.QR, "", medium, "", host) if medium in SCANNED else None
    kind = Kind.QR if medium in SCANNED else Kind.SOCIAL if source in _NETWORKS else Kind.LINK
    return Came(kind, source, medium, campaign, host)


@lru_cache(maxsize=4096)
def _from_host(host: str) -> Came | None:
    labels = host.split(".")
    parents = [".".join(labels[place:]) for place in range(len(labels) - 1)]
    if any(parent in PAYMENT for parent in parents):
        return None
    if network := next((SOCIAL[parent] for parent in parents if parent in SOCIAL), ""):
        return Came(Kind.SOCIAL, network, host=host)
    if engine := _engine(labels):
        return Came(Kind.SEARCH, engine, host=host)
    return Came(Kind.SITE, host, host=host)


def _engine(labels: list[str]) -> str:
    """google.co.uk and uk.search.yahoo.com are search engines; mail.google.com is none."""
    for place, label in enumerate(labels[:-1]):
        if label in SEARCH:
            return label if len(labels) - place <= 3 else ""
        if label not in BEFORE_SEARCH and len(label) != 2:
            return ""
    return ""


def _same(host: str, other: str) -> bool:
    return bool(other) and (host == other or host.endswith(f".{other}") or other.endswith(f".{host}"))


def _clean(value: Any, longest: int) -> str:
    if not isinstance(value, str) or "@" in value:
        return ""
    return " ".join(value.replace("\x00", " ").split())[:longest].strip()
