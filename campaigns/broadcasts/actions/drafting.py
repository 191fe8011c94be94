"""Drafts: everything may still be wrong in them; starting says what."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.broadcasts.audience import mentioned
from campaigns.broadcasts.models import Broadcast, Variant
from campaigns.broadcasts.preparing import LETTERS, MOST_VARIANTS, versions
from campaigns.broadcasts.wording import copy_of
from campaigns.designs.models import Design
from crm.segments.actions import watch_what_is_needed
from engage.lib.patience import patient

State = Broadcast.State

FIELDS = (
    *("name", "channel", "campaign", "topic", "include", "exclude", "rule", "audience", "send_at", "clock"),
    *("per_hour", "batch", "batch_minutes", "sample_percent", "decide_minutes", "judge", "goal", "after_days"),
)
"""What is said of a draft."""


class WrongState(ValueError):
    """The broadcast is not in a state in which this can be done."""


def create_broadcast(*, name: str, designs: Sequence[Design] = (), by: str, at: datetime, **fields: Any) -> Broadcast:
    """A draft; `fields` are of FIELDS, each version has a design, the first is "a". Two statements."""
    _check(fields)
    with transaction.atomic():
        broadcast = Broadcast.objects.create(
            name=name[:120], created=at, created_by=by, updated=at, state_at=at, state_by=by, **fields
        )
        _write_variants(broadcast, designs)
        _watch(fields, at)
        return broadcast


@patient
def edit_broadcast(
    broadcast: Broadcast,
    *,
    designs: Sequence[Design] | None = None,
    by: str,
    at: datetime,
    **fields: Any,
) -> Broadcast:
    """Change a draft; what is not given stays, `designs` replaces all versions. Raises WrongState."""
    _check(fields)
    with transaction.atomic():
        draft = locked(broadcast, State.DRAFT)
        for name, value in fields.items():
            setattr(draft, name, value)
        draft.updated = at
        save(draft, *fields, "updated")
        if designs is not None:
            draft.variants.all().delete()
            _write_variants(draft, designs)
        _watch(fields, at)
        return draft


def copy_broadcast(broadcast: Broadcast, *, by: str, at: datetime) -> Broadcast:
    """A draft that says the same to the same groups; of a reminder or a follow-up, a message of its own."""
    left_out = {"name", "send_at", "after_days"}
    return create_broadcast(
        name=_("Copy of {name}").format(name=broadcast.name)[:120],
        designs=copied_designs(broadcast, by=by, at=at),
        by=by,
        at=at,
        **{name: getattr(broadcast, name) for name in FIELDS if name not in left_out},
    )


def delete_draft(broadcast: Broadcast) -> None:
    """Forget a draft. Raises WrongState."""
    with transaction.atomic():
        draft = locked(broadcast, State.DRAFT)
        draft.variants.all().delete()
        draft.delete()


def copied_designs(broadcast: Broadcast, *, by: str, at: datetime) -> list[Design]:
    """What each version says, to be changed without it. One query, and one for each."""
    return [copy_of(variant.design, by=by, at=at) for variant in versions(broadcast)]


def locked(broadcast: Broadcast, *states: str) -> Broadcast:
    """The row as it is now, locked, in one of these states, for `save`. Raises WrongState."""
    row = Broadcast.objects.select_for_update(no_key=True).get(pk=broadcast.pk)
    if row.state not in states:
        raise WrongState(row.state)
    row.moves += 1
    return row


def save(row: Broadcast, *fields: str) -> Broadcast:
    """Write these fields of a locked row. Whatever the belt has under way on it is undone."""
    row.save(update_fields=[*fields, "moves"])
    return row


def _write_variants(broadcast: Broadcast, designs: Sequence[Design]) -> None:
    if len(designs) > MOST_VARIANTS:
        raise ValueError(f"more than {MOST_VARIANTS} versions")
    Variant.objects.bulk_create(
        Variant(broadcast=broadcast, letter=letter, design=design)
        for letter, design in zip(LETTERS, designs, strict=False)
    )


def _watch(fields: Mapping[str, Any], at: datetime) -> None:
    """Groups whose members the rule asks for have none before they are watched."""
    if mentioned(fields.get("rule")):
        watch_what_is_needed(at=at)


def _check(fields: Mapping[str, Any]) -> None:
    if unknown := fields.keys() - set(FIELDS):
        raise TypeError(f"not said of a draft: {', '.join(sorted(unknown))}")
