"""A key that people change: what is remembered under it is read anew, slice by slice."""

import json
from datetime import datetime

from django.db import transaction

from crm.business.changes import note
from crm.contacts.actions import hold
from crm.preferences import values
from crm.preferences.models import Preference, PreferenceKey
from crm.preferences.settling import settle_pairs
from engage.lib import sql

SLICE = 2_000
READ_BY = ("type", "choices", "selects")
ON_RECORD = (*READ_BY, "label", "topic", "citable", "sensitive", "cite_sensitive", "seen_by", "fresh_days")


def save_key(key: PreferenceKey, *, by: str, at: datetime) -> None:
    """Make it or change it. Where how its values are read changed, `read_anew` has work to do."""
    before = PreferenceKey.objects.filter(pk=key.pk).values(*ON_RECORD).first() or {}
    if any(before[name] != getattr(key, name) for name in before.keys() & set(READ_BY)):
        key.reread = 0
    key.save()
    changes = {f"memory.{name}": (was, getattr(key, name)) for name, was in before.items()}
    note(changes, about=key.label, by=by, at=at)


def read_anew(*, at: datetime, slices: int) -> int:
    """Go on with keys whose type changed; how many slices were read, at most `slices`.

    What was in conflict and fits now counts again; what fits no longer is kept in conflict. Each slice is one
    transaction with its contacts held.
    """
    done = 0
    for key in PreferenceKey.objects.filter(reread__isnull=False):
        while done < slices and key.reread is not None:
            done += 1
            _read_slice(key, at)
    return done


def _read_slice(key: PreferenceKey, at: datetime) -> None:
    with transaction.atomic():
        said = Preference.objects.filter(key=key, pk__gt=key.reread).exclude(state=Preference.State.FORGOTTEN)
        rows = list(said.order_by("pk").values_list("pk", "contact_id", "value", "typed")[:SLICE])
        if rows:
            hold(contacts={contact for _pk, contact, _value, _typed in rows})
            _write(key, rows)
            settle_pairs({(contact, key.pk) for _pk, contact, _value, _typed in rows}, at=at)
        before, key.reread = key.reread, rows[-1][0] if len(rows) == SLICE else None
        PreferenceKey.objects.filter(pk=key.pk, reread=before).update(reread=key.reread)


def _write(key: PreferenceKey, rows: list[tuple]) -> None:
    """What each is now: text, typed, and whether it fits. One UPDATE."""
    read = [
        (pk, values.read(key.type, values.raw(value, typed), key.choices), value, typed)
        for pk, _contact, value, typed in rows
    ]
    new = [
        (pk, found.text, found.typed, found.fits)
        if found.fits
        else (pk, value, None if typed is None else json.dumps(typed), False)
        for pk, found, value, typed in read
    ]
    sql.run(
        """
        UPDATE crm_preferences_preference AS p SET value = n.value, typed = n.typed, state = CASE
            WHEN NOT n.fits THEN 'conflict' WHEN p.state = 'conflict' THEN 'superseded' ELSE p.state END
        FROM unnest(%s::bigint[], %s::text[], %s::jsonb[], %s::boolean[]) AS n(id, value, typed, fits)
        WHERE p.id = n.id AND p.state <> 'forgotten' AND (
            p.value <> n.value OR p.typed IS DISTINCT FROM n.typed OR n.fits = (p.state = 'conflict'))
        """,
        [list(column) for column in zip(*new, strict=True)],
    )
