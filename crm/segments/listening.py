"""The listening belt's stage "refresh segments": who came into a watched group, or left it, by what just happened."""

from collections.abc import Collection, Sequence
from datetime import datetime

from crm.events.actions import Fact, derive
from crm.events.envelope import Incoming
from crm.rules import compile_answers, parse
from crm.segments.models import Segment
from engage.lib import sql

type Pair = tuple[int, int]
"""(segment, contact)"""


def refresh_segments(events: Sequence[Incoming], *, at: datetime) -> None:
    """Answer all watched rules for the touched contacts. One query when nothing is watched, three when nothing
    changed, two more for what did."""
    segments = {segment.pk: segment for segment in Segment.objects.filter(watched=True)}
    if not segments:
        return
    contacts = sorted({event.contact_id for event in events})
    query, params = compile_answers({pk: parse(segment.rule) for pk, segment in segments.items()}, contacts, at)
    now = {(segment, contact) for segment, contact in sql.rows(query, params)}
    before = _members(contacts, segments)
    _enter(now - before, at)
    _leave(before - now)
    depth = max(event.depth for event in events) + 1
    derive(
        [
            *(_fact(segments[segment], contact, "Segment Entered", at) for segment, contact in sorted(now - before)),
            *(_fact(segments[segment], contact, "Segment Left", at) for segment, contact in sorted(before - now)),
        ],
        depth=depth,
    )


def _members(contacts: Collection[int], segments: Collection[int]) -> set[Pair]:
    return set(
        sql.rows(
            "SELECT segment_id, contact_id FROM crm_segments_membership "
            "WHERE contact_id = ANY(%s) AND segment_id = ANY(%s)",
            [list(contacts), list(segments)],
        )
    )


def _enter(pairs: set[Pair], at: datetime) -> None:
    if pairs:
        sql.run(
            "INSERT INTO crm_segments_membership (segment_id, contact_id, since) "
            "SELECT segment, contact, %s FROM unnest(%s::bigint[], %s::bigint[]) AS p(segment, contact) "
            "ON CONFLICT DO NOTHING",
            [at, *_columns(pairs)],
        )


def _leave(pairs: set[Pair]) -> None:
    if pairs:
        sql.run(
            "DELETE FROM crm_segments_membership AS m USING unnest(%s::bigint[], %s::bigint[]) AS p(segment, contact) "
            "WHERE m.segment_id = p.segment AND m.contact_id = p.contact",
            _columns(pairs),
        )


def _columns(pairs: set[Pair]) -> list[list[int]]:
    return [list(column) for column in zip(*sorted(pairs), strict=True)]


def _fact(segment: Segment, contact: int, name: str, at: datetime) -> Fact:
    return Fact(
        contact=contact,
        recorded_for=contact,
        name=name,
        at=at,
        message_id=f"{name.split()[-1].lower()}:{segment.pk}:{contact}:{at.timestamp()}",
        properties={"segment": str(segment.uid), "name": segment.name},
    )
