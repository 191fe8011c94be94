"""Definitions as the belts use them: read once per process, checked by version once per chunk.

A version never changes, so that what was read of it stays right for ever; which versions are live is asked anew for
each chunk. That is why a pause works within one chunk.
"""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from campaigns.journeys.definition import Definition
from campaigns.journeys.models import Journey, JourneyVersion
from campaigns.journeys.parse import InvalidDefinition, parse
from campaigns.journeys.sought import Sought
from engage.lib import sql

log = logging.getLogger(__name__)

MOST_KEPT = 5000
_kept: dict[int, "Version | None"] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """A version, with the public id and the name of its journey, and what publishing it prepared: see
    `preparing.prepare`."""

    id: int
    journey: int
    uid: UUID
    name: str
    definition: Definition
    prepared: Mapping[str, Mapping[str, Any]]


def versions(ids: Collection[int]) -> dict[int, Version]:
    """Versions by key, without those that can no longer be read (a rule speaks of something that is gone). One query
    if this process meets one of them for the first time, else none."""
    missing = set(ids) - _kept.keys()
    if missing:
        if len(_kept) + len(missing) > MOST_KEPT:
            _kept.clear()
            missing = set(ids)
        for row in JourneyVersion.objects.select_related("journey").filter(pk__in=missing):
            _kept[row.pk] = _read(row)
    return {id: version for id in ids if (version := _kept.get(id))}


def _read(row: JourneyVersion) -> Version | None:
    try:
        definition = parse(row.definition)
    except InvalidDefinition as error:
        log.error("version %s of a journey cannot be read: %s", row.pk, error)
        return None
    return Version(row.pk, row.journey_id, row.journey.uid, row.journey.name, definition, row.prepared)


def origin(journey: UUID, step: str) -> str:
    """The name under which the ledger knows what a step of a journey sends."""
    return f"journey:{journey}:{step}"


def live() -> Sought[Version]:
    """The current versions of all journeys that are live or in shadow, by what starts them. One query, and one more
    after something was published."""
    found = sql.rows(
        "SELECT current_id FROM campaigns_journeys_journey WHERE state = ANY(%s) AND current_id IS NOT NULL ORDER BY 1",
        [[Journey.State.LIVE, Journey.State.SHADOW]],
    )
    return _sought(tuple(id for (id,) in found))


def begun_now(journeys: Collection[UUID]) -> dict[UUID, Version]:
    """Of these journeys, those that people can begin now, by public id. One query, and one more for versions never
    met."""
    found = dict(
        sql.rows(
            "SELECT uid, current_id FROM campaigns_journeys_journey "
            "WHERE uid = ANY(%s) AND state = ANY(%s) AND current_id IS NOT NULL",
            [list(journeys), [Journey.State.LIVE, Journey.State.SHADOW]],
        )
    )
    known = versions(found.values())
    return {uid: known[id] for uid, id in found.items() if id in known}


@lru_cache(maxsize=4)
def _sought(ids: tuple[int, ...]) -> Sought[Version]:
    return Sought((version.definition.trigger, version) for version in versions(ids).values())


def forget() -> None:
    """Between tests, where keys come again."""
    _kept.clear()
    _sought.cache_clear()
