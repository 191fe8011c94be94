"""What depends on which segment. Membership is kept for those segments only.

Rooms above register what of theirs speaks of segments, from their `registrations.py`; after a change of theirs they
call `actions.watch_what_is_needed`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from crm.rules import InvalidRule, parse
from crm.segments.asking import segments_in
from crm.segments.models import Segment

type Source = Callable[[], Iterable[tuple[str, str]]]
"""Gives (public id of a segment, in words what depends on it)."""

_sources: list[Source] = []
_of_rules: list[Source] = []


def register(source: Source, *, membership: bool = True) -> None:
    """Without `membership` it needs the segment's rule alone: the segment is not deleted, and not watched."""
    sources = _sources if membership else _of_rules
    if source not in sources:
        sources.append(source)


def dependents(*, membership: bool = False) -> dict[str, list[str]]:
    """By the public id of each segment that something depends on, what does; with `membership` only what asks who is in
    it. One query for each source."""
    found: dict[str, list[str]] = defaultdict(list)
    for source in (_other_segments, *_sources, *(() if membership else _of_rules)):
        for uid, words in source():
            found[uid].append(words)
    return dict(found)


def links() -> dict[str, set[str]]:
    """Which segments the rule of each segment speaks of, all by public id. One query, and one for each such rule."""
    return {str(row.uid): _mentioned(row) for row in Segment.objects.all()}


def reaches(start: Iterable[str], goal: str, links: dict[str, set[str]]) -> bool:
    """Whether rules lead from one of `start` to `goal`."""
    seen: set[str] = set()
    ahead = list(start)
    while ahead:
        uid = ahead.pop()
        if uid == goal:
            return True
        if uid not in seen:
            seen.add(uid)
            ahead += links.get(uid, ())
    return False


def _other_segments() -> Iterable[tuple[str, str]]:
    for row in Segment.objects.all():
        for uid in _mentioned(row):
            yield uid, row.name


def _mentioned(row: Segment) -> set[str]:
    try:
        return segments_in(parse(row.rule))
    except InvalidRule:
        return set()
