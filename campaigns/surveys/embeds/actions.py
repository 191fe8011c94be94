"""Writes on places."""

from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.surveys.embeds.models import Placement
from campaigns.surveys.models import Survey
from crm.segments.actions import watch_what_is_needed

ORIGINS = {Placement.Shape.INLINE: "site", Placement.Shape.POPUP: "popup", Placement.Shape.SLIDE: "slide-in"}


def place(*, survey: Survey, by: str, at: datetime, **fields: Any) -> Placement:
    """A new place, named after its shape: `popup`, `popup-2`, … It stays off until `switch`."""
    with transaction.atomic():
        Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
        taken = set(Placement.objects.filter(survey=survey).values_list("origin", flat=True))
        made = Placement(survey=survey, created=at, changed=at, changed_by=by, **fields)
        made.origin = _free(ORIGINS[Placement.Shape(made.shape)], taken)
        made.save()
    watch_what_is_needed(at=at)
    return made


def change(*, placement: Placement, by: str, at: datetime, **fields: Any) -> None:
    """Its shape stays: it names the answers that came."""
    for name, value in fields.items():
        setattr(placement, name, value)
    placement.changed, placement.changed_by = at, by
    placement.save(update_fields=[*fields, "changed", "changed_by"])
    watch_what_is_needed(at=at)


def switch(*, placement: Placement, on: bool, by: str, at: datetime) -> None:
    """From now on it appears, or appears no more; what came stays."""
    Placement.objects.filter(pk=placement.pk).update(on=on, changed=at, changed_by=by)


def _free(wanted: str, taken: set[str]) -> str:
    if wanted not in taken:
        return wanted
    return next(name for number in range(2, len(taken) + 3) if (name := f"{wanted}-{number}") not in taken)
