"""Whether the links of a message lead somewhere: each is opened once, all together for a few seconds."""

import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from urllib.parse import urljoin

from django.utils.translation import gettext as _
from lxml.html import document_fromstring

from campaigns.channels.links import clean, is_web
from engage.lib import outward
from engage.lib.outward import Networks, NotReached

MOST = 40
AT_ONCE = 8
SECONDS = 8.0
EACH = 5.0
ASKS_WHO_COMES = frozenset({401, 403, 405, 406, 429, 503})


@dataclass(frozen=True, slots=True)
class Followed:
    """`wrong` if it leads nowhere, else `message` says what is unusual; empty if all is well."""

    address: str
    message: str = ""
    wrong: bool = False


def addresses(html: str) -> list[str]:
    """The web addresses of a rendered message, each once, MOST at most."""
    anchors = document_fromstring(html or "<p></p>").iter("a", "area")
    found = (clean((anchor.get("href") or "").strip()) for anchor in anchors)
    return list(dict.fromkeys(address for address in found if address and is_web(address)))[:MOST]


def follow(links: Iterable[str], *, inside: Networks = ()) -> list[Followed]:
    """In their order. Takes SECONDS and a little at most: what has not answered by then is said so."""
    pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="links")
    end = time.monotonic() + SECONDS
    try:
        asked = [(address, pool.submit(outward.look, address, inside=inside, seconds=EACH)) for address in links]
        return [_said(address, future, end) for address, future in asked]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _said(address: str, future: Future[outward.Answer], end: float) -> Followed:
    try:
        return _judged(address, future.result(max(end - time.monotonic(), 0)))
    except TookTooLong:
        return Followed(address, _("It did not answer in time."))
    except NotReached as problem:
        return Followed(address, *_not_reached(problem))


def _judged(address: str, answer: outward.Answer) -> Followed:
    status = answer.status
    if 300 <= status < 400:
        to = urljoin(address, answer.location)
        return Followed(address, _("It leads on to %(to)s: better link there.") % {"to": to} if answer.location else "")
    if status in ASKS_WHO_COMES:
        return Followed(address, _("It would not show itself to us (%(status)d): look yourself.") % {"status": status})
    if status >= 400:
        return Followed(address, _("There is nothing there (%(status)d).") % {"status": status}, wrong=True)
    return Followed(address)


def _not_reached(problem: NotReached) -> tuple[str, bool]:
    words = {
        "own_network": (_("This is an address of a private network: your customers cannot reach it."), True),
        "unknown_host": (_("There is no such website."), True),
        "timed_out": (_("It did not answer in time."), False),
        "no_address": (_("It cannot be looked at from here."), False),
        "tls": (_("Its certificate is not valid: browsers will warn."), True),
    }
    return words.get(problem.reason, (_("It could not be reached."), True))
