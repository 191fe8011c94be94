"""Many acts from one network: an honest crowd behind one address, as in a school or behind a mobile carrier, or a
script.

So many are free. Beyond that each needs work: the browser finds a number for a SHA-256, as ALTCHA has it, while its
page is read; the longer the more there were, so that a script pays for each with the processor time that it costs us.
Far above none is taken. Without the cache nobody is refused: a limit is no reason to turn customers away.
"""

import hashlib
import ipaddress
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from engage.lib import tokens

HARDEST = 60_000
"""Numbers to be tried at most, half of it on average, in the first step: some tenths of a second of a browser."""

WORK_LIVES = timedelta(hours=2)
TOKEN, NUMBER = "proof", "proof-number"
"""The fields of a form."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """Find the number below `most` that makes SHA-256 of `salt` with it behind `digest`."""

    token: str
    salt: str
    digest: str
    most: int


@dataclass(frozen=True, slots=True)
class Crowd:
    """Acts called `what`: so many of one network are `free` within `seconds`, and `most` are taken at all."""

    what: str
    free: int
    most: int
    seconds: int

    def hardness(self, count: int) -> int:
        """Numbers to be tried for the next after so many; 0: none."""
        return HARDEST * (count // self.free) if count >= self.free else 0


class Verdict(Enum):
    TAKEN = "taken"
    WORK = "work"
    REFUSED = "refused"


def network(request: HttpRequest) -> str:
    """Whoever has one address of version 6 has at least 2⁶⁴ of them."""
    text = request.META.get("REMOTE_ADDR", "")
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return text
    if isinstance(found, ipaddress.IPv4Address):
        return text
    return str(found.ipv4_mapped or ipaddress.ip_network((int(found) >> 64 << 64, 64)))


def judge(request: HttpRequest, *crowds: Crowd, worked: int) -> Verdict:
    """Whether one more act is taken, which is counted then. `worked` is what `done` said of its form."""
    counts = [_so_far(one, request) for one in crowds]
    if any(count >= one.most for one, count in zip(crowds, counts, strict=True)):
        return Verdict.REFUSED
    # Half: the crowd may have grown while the page was read.
    needed = max(one.hardness(count) for one, count in zip(crowds, counts, strict=True)) // 2
    if worked < needed:
        return Verdict.WORK
    for one in crowds:
        _one_more(one, request)
    return Verdict.TAKEN


def work(request: HttpRequest, purpose: str, *crowds: Crowd, at: datetime) -> Challenge | None:
    """What a form must bring for its next act; None for nothing."""
    most = max((one.hardness(_so_far(one, request)) for one in crowds), default=0)
    return challenge(purpose, most, at) if most else None


def challenge(purpose: str, most: int, at: datetime) -> Challenge:
    salt, number = secrets.token_hex(12), secrets.randbelow(most)
    digest = _digest(salt, number)
    until = int((at + WORK_LIVES).timestamp())
    return Challenge(tokens.sign("work", purpose, salt, until, most, digest), salt, digest, most)


def done(request: HttpRequest, purpose: str, at: datetime) -> int:
    """How many numbers were to be tried for the work that the form brings; 0 where it was not asked here, for this and
    not long ago, is wrong, or was brought before. It cannot be brought again."""
    token, number = request.POST.get(TOKEN, ""), request.POST.get(NUMBER, "")
    try:
        said, salt, until, most, digest = tokens.read_parts("work", token, 5)
    except ValueError:
        return 0
    sound = number.isascii() and number.isdigit() and len(number) < 9
    if said != purpose or at.timestamp() > int(until) or not sound or _digest(salt, int(number)) != digest:
        return 0
    try:
        is_first = cache.add(f"work:{salt}", 1, int(WORK_LIVES.total_seconds()))
    except RedisError:
        is_first = True
    return int(most) if is_first else 0


def _so_far(crowd: Crowd, request: HttpRequest) -> int:
    try:
        return int(cache.get(_key(crowd, request), 0))
    except RedisError:
        return 0


def _one_more(crowd: Crowd, request: HttpRequest) -> None:
    key = _key(crowd, request)
    try:
        cache.add(key, 0, 2 * crowd.seconds)
        cache.incr(key)
    except (ValueError, RedisError):
        return


def _key(crowd: Crowd, request: HttpRequest) -> str:
    return f"crowd:{crowd.what}:{network(request)}:{int(time.time() // crowd.seconds)}"


def _digest(salt: str, number: int) -> str:
    return hashlib.sha256(f"{salt}{number}".encode()).hexdigest()
