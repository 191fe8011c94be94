"""Who is in which watched segment: kept for those whom a chunk touched, made anew where a rule changed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from crm.events.actions import Fact, derive
from crm.rules import Rule
from crm.segments import asking
from crm.segments.asking import Pair
from crm.segments.compiled import Watched, watched
from engage.lib import clock, sql


def refresh(
    contacts: Collection[int],
    *,
    at: datetime,
    depths: Mapping[int, int] = MappingProxyType({}),
    quiet: Collection[int] = (),
) -> None:
    """Answer all watched rules for these contacts, who must be held and present, and tell of every change.

    Nothing is told of the contacts in `quiet`: what they did is history. `depths` is how deep in a chain of causes each
    contact's news stands, 0 where it is not said. One query when nothing is watched, three
    when nothing changed, three more for what did; and the same again where a group speaks of one that changed.
    """
    segments = watched()
    if not contacts:
        return
    for _round in segments:  # rules lead nowhere back, so that no chain is longer
        pairs = _refresh(segments, contacts, at, depths, quiet)
        moved = {str(segments[segment].uid) for segment, _contact in pairs}
        if all(moved.isdisjoint(segment.asks) for segment in segments.values()):
            return


def _refresh(
    segments: Mapping[int, Watched],
    contacts: Collection[int],
    at: datetime,
    depths: Mapping[int, int],
    quiet: Collection[int],
) -> set[Pair]:
    """One round of it: who entered or left."""
    now = asking.answers({pk: segment.rule for pk, segment in segments.items()}, contacts, at=at)
    before = _members(contacts, segments)
    entered, left = now - before, before - now
    _enter(entered, at)
    _leave(left)
    told = [("Segment Entered", pair) for pair in sorted(entered)] + [("Segment Left", pair) for pair in sorted(left)]
    news = [(name, pair) for name, pair in told if pair[1] not in quiet]
    derive([_fact(name, pair, segments[pair[0]], at, depths.get(pair[1], 0)) for name, pair in news])
    return entered | left


def rebuild(segment: int, rule: Rule, *, at: datetime) -> None:
    """Make a segment's membership what its rule says. Nothing is told: nobody did anything. Two statements."""
    condition, values = asking.where(rule, at=at)
    sql.run(
        f"""
        DELETE FROM crm_segments_membership AS m WHERE m.segment_id = %s AND NOT EXISTS (
            SELECT 1 FROM crm_contacts_contact c WHERE c.id = m.contact_id AND {condition})
        """,  # noqa: S608 compiled; its values stand beside it
        [segment, *values],
    )
    sql.run(
        f"""
        INSERT INTO crm_segments_membership (segment_id, contact_id, since)
        SELECT %s, c.id, %s FROM crm_contacts_contact c WHERE {condition} ON CONFLICT DO NOTHING
        """,  # noqa: S608 compiled; its values stand beside it
        [segment, at, *values],
    )


def follow_merge(contacts: Sequence[int]) -> None:
    """After a merge or its undoing: whoever is absorbed is in no segment, the others are where their rows put them."""
    sql.run(
        "DELETE FROM crm_segments_membership AS m USING crm_contacts_contact c "
        "WHERE m.contact_id = ANY(%s) AND c.id = m.contact_id AND c.merged_into_id IS NOT NULL",
        [list(contacts)],
    )
    present = sql.rows(
        "SELECT id FROM crm_contacts_contact WHERE id = ANY(%s) AND merged_into_id IS NULL AND erased IS NULL",
        [list(contacts)],
    )
    refresh([pk for (pk,) in present], at=clock.now())


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


def _fact(name: str, pair: Pair, segment: Watched, at: datetime, depth: int) -> Fact:
    pk, contact = pair
    return Fact(
        contact=contact,
        recorded_for=contact,
        name=name,
        at=at,
        message_id=f"{name.split()[-1].lower()}:{pk}:{contact}:{at.timestamp()}",
        properties={"segment": str(segment.uid), "name": segment.name},
        depth=depth,
    )
