"""The listening belt's stage "open cases", and the same for tags. History opens none."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from crm.events.envelope import FRESH, TRUSTED, Incoming
from crm.leaving.actions import Opening, open_cases
from crm.leaving.actions.signs import tag_ref
from crm.leaving.models import Kind
from crm.leaving.queries import ticked
from crm.preferences.statement import Remembered
from engage.lib import sql

TAGS = "tags"
"""The key under which tags are remembered."""


def open_leaving_cases(events: Sequence[Incoming], *, at: datetime) -> None:
    """Open a case for whoever chose a ticked subject, asked a ticked question or gave a ticked answer. Where there is
    nothing of the kind, no query."""
    fresh = [event for event in events if not event.history and event.source in TRUSTED]
    shown = [(event, *sign) for event in fresh for sign in _signs(event)]
    known = {kind: ticked(kind, refs) for kind, refs in _by_kind((kind, ref) for _event, kind, ref in shown).items()}
    openings = [
        _opening(event, kind, ref, known[kind][ref]) for event, kind, ref in shown if ref in known.get(kind, {})
    ]
    if openings:
        open_cases(openings)


def open_cases_by_tag(written: Sequence[Remembered], at: datetime) -> None:
    """The same for whoever was just given a ticked tag that they did not have before, by whatever way. Two queries
    where tags were written, none where not."""
    tagged = [one.id for one in written if one.key == TAGS and one.fits]
    signs = ticked(Kind.TAG) if tagged else {}
    if not signs:
        return
    openings = [
        Opening(contact, recorded_for, Kind.TAG, said, ref=ref, label=signs[ref])
        for contact, recorded_for, said, now, before in sql.rows(_TAGGED, [tagged, at - FRESH])
        for ref in sorted((_tags(now) - _tags(before)) & signs.keys())
    ]
    if openings:
        open_cases(openings)


def answer_ref(survey: str, question: str, no: object) -> str:
    return f"{survey}/{question}/{no}"


def _signs(event: Incoming) -> Iterable[tuple[Kind, str]]:
    said = event.properties
    if event.name == "Enquiry Received":
        yield Kind.SUBJECT, str(said.get("subject"))
    elif event.name == "Question Recognised":
        yield Kind.FAQ, str(said.get("faq"))
    elif event.name in ("Survey Answered", "Survey Answer Changed"):
        for question, chosen in said.get("chosen", {}).items():
            for no in chosen:
                yield Kind.ANSWER, answer_ref(said["survey"], question, no)


def _by_kind(signs: Iterable[tuple[Kind, str]]) -> dict[Kind, set[str]]:
    found: dict[Kind, set[str]] = {}
    for kind, ref in signs:
        found.setdefault(kind, set()).add(ref)
    return found


def _opening(event: Incoming, kind: Kind, ref: str, label: str) -> Opening:
    return Opening(
        contact=event.contact_id,
        recorded_for=event.recorded_for_id,
        kind=kind,
        at=event.at,
        ref=ref,
        label=label,
        words=str(event.properties.get("words", "")),
        conversation=str(event.properties.get("conversation", "")),
        depth=event.depth,
    )


def _tags(held: object) -> set[str]:
    """From a list, or from text with commas in it."""
    said = sql.decoded(held) or []
    return {tag_ref(str(tag)) for tag in (said if isinstance(said, list) else str(said).split(","))}


_TAGGED = """
    SELECT p.contact_id, p.recorded_for_id, p.at, COALESCE(p.typed, to_jsonb(p.value)), (
        SELECT COALESCE(b.typed, to_jsonb(b.value)) FROM crm_preferences_preference AS b
        WHERE b.contact_id = p.contact_id AND b.key_id = p.key_id AND b.superseded_by_id = p.id AND b.at <= p.at
        ORDER BY b.at DESC, b.id DESC LIMIT 1)
    FROM crm_preferences_preference AS p
    WHERE p.id = ANY(%s) AND p.state = 'active' AND p.source_kind <> 'import' AND p.at > %s
"""
