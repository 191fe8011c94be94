"""The rules of watched segments as the belt uses them: read once per process, checked by version once per chunk."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from crm.rules import InvalidRule, Rule, parse
from crm.segments.asking import segments_in
from crm.segments.models import Segment

log = logging.getLogger(__name__)

MOST_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Watched:
    """A watched segment; facts about it carry its public id and name."""

    id: int
    uid: UUID
    name: str
    rule: Rule
    asks: frozenset[str]
    """The public ids of the segments that its rule speaks of."""


_kept: dict[tuple[int, int], Watched | None] = {}


def watched() -> dict[int, Watched]:
    """All watched segments but those whose rule can no longer be read. One query, and one more after a change."""
    found = list(Segment.objects.filter(watched=True).order_by("pk").values_list("pk", "version"))
    missing = [pk for pk, version in found if (pk, version) not in _kept]
    if missing:
        _read(missing)
    return {pk: segment for pk, version in found if (segment := _kept.get((pk, version)))}


def _read(missing: Collection[int]) -> None:
    if len(_kept) > MOST_KEPT:
        _kept.clear()
    for row in Segment.objects.filter(pk__in=missing):
        _kept[row.pk, row.version] = _compile(row)


def _compile(row: Segment) -> Watched | None:
    try:
        return Watched(row.pk, row.uid, row.name, rule := parse(row.rule), frozenset(segments_in(rule)))
    except InvalidRule as error:
        log.error("the rule of segment %s cannot be read: %s", row.pk, error)
        return None


def forget() -> None:
    """Between tests, where keys come again."""
    _kept.clear()
