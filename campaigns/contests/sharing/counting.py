"""What came of a link that was passed on: a single UPDATE each time, so that none is lost.

A visitor counts once a day, known for so long by a keyed hash of network and browser in the cache. Machines, link
previews and looks ahead do not count, nor what whoever passes it on does themselves.
"""

import hmac
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.db.models import F, Q
from django.http import HttpRequest
from redis.exceptions import RedisError

from campaigns.channels.email.returned.machines import of_agent
from campaigns.contests.models import Share
from campaigns.contests.sharing.links import code_in
from campaigns.surveys.filling.spam import network
from engage.lib.public import is_peek, too_often

DAY = 86400
FROM_ONE_NETWORK = 50
"""Visitors of one link in a day."""
PRESSES, PRESSES_SECONDS = 20, 600


def visit(share: Share, request: HttpRequest, at: datetime) -> bool:
    """Whether it counted. One statement."""
    agent = request.headers.get("User-Agent", "")
    if share.contest.ended or not agent or of_agent(agent, ahead=is_peek(request)) or not _is_first(share, request, at):
        return False
    if too_often("share-visit", f"{share.code}:{network(request)}", limit=FROM_ONE_NETWORK, seconds=DAY):
        return False
    return bool(Share.objects.filter(pk=share.pk).update(visits=F("visits") + 1))


def press(share: Share, request: HttpRequest) -> bool:
    """Somebody pressed one of the buttons; whether it counted. One statement."""
    if too_often("share-press", network(request), limit=PRESSES, seconds=PRESSES_SECONDS):
        return False
    return bool(Share.objects.filter(pk=share.pk).update(shares=F("shares") + 1))


def brought_entry(contest: int, origin: str, contact: int) -> None:
    """An entry came with this origin, final and for the first time. In the transaction that makes it; one statement,
    none where the origin is no link."""
    _brought(contest, origin, contact, "entries")


def brought_vote(contest: int, origin: str, contact: int) -> None:
    """The same of a proved vote."""
    _brought(contest, origin, contact, "votes")


def _brought(contest: int, origin: str, contact: int, column: str) -> None:
    if code := code_in(origin):
        own = Q(contact=contact) | Q(entry__contact=contact)
        mine = Share.objects.filter(own, contest=contest, code=code).values("pk")
        found = Share.objects.filter(contest=contest, code=code).exclude(pk__in=mine)
        found.update(**{column: F(column) + 1})


def _is_first(share: Share, request: HttpRequest, at: datetime) -> bool:
    """Of this visitor today. Without the cache everybody is."""
    who = f"{share.code}\0{at:%Y-%m-%d}\0{network(request)}\0{request.headers.get('User-Agent', '')}"
    key = hmac.digest(settings.SECRET_KEY.encode(), b"engage.share-visit\0" + who.encode(), "sha256").hex()
    try:
        return bool(cache.add(f"share-visit:{key}", 1, DAY))
    except RedisError:
        return True
