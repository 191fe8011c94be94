"""What was changed about an entry since a colleague decided on it: both are put before whoever looks at it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from campaigns.contests.models import Entry

Standing = Entry.Standing


@dataclass(frozen=True, slots=True)
class Change:
    """`shown` says since when the former one was shown; None where it was not, and `reason` why not. The
    former photo may be gone."""

    has_photo: bool
    caption: str
    shown_as: str
    shown: datetime | None
    reason: str
    is_photo: bool
    is_caption: bool
    is_name: bool


def remember(entry: Entry) -> None:
    """Before it is changed: what was decided on, and how. One that waits keeps what it remembers."""
    if entry.standing == Standing.WAITING:
        return
    entry.was_photo_id, entry.was_caption, entry.was_shown_as = entry.photo_id, entry.caption, entry.shown_as
    entry.was_decided, entry.was_standing, entry.was_reason = entry.decided, entry.standing, entry.reason


def changes(entries: Sequence[Entry]) -> dict[int, Change]:
    """Of those that were decided on before, by id. One query, none where none was."""
    before = [one for one in entries if one.was_standing]
    if not before:
        return {}
    unchanged = Entry.objects.filter(pk__in=[one.pk for one in before], was_photo__data=F("photo__data"))
    same = set(unchanged.values_list("pk", flat=True))
    return {one.pk: _change(one, one.pk not in same) for one in before}


def _change(entry: Entry, is_photo: bool) -> Change:
    return Change(
        entry.was_photo_id is not None,
        entry.was_caption,
        entry.was_shown_as,
        entry.was_decided if entry.was_standing == Standing.SHOWN else None,
        entry.was_reason,
        is_photo,
        entry.was_caption != entry.caption,
        entry.was_shown_as != entry.shown_as,
    )
