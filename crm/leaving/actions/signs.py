"""What often comes before leaving: ticked, and no longer."""

from datetime import datetime

from django.db import transaction

from crm.business.changes import note
from crm.leaving.models import Kind, Sign

WHAT = "leaving_sign"


def tick(*, kind: Kind, ref: str, label: str, by: str, at: datetime) -> Sign:
    """From now on whoever shows it gets a case. Ticked before, it stays as it is."""
    ref = tag_ref(ref) if kind == Kind.TAG else ref
    with transaction.atomic():
        made = {"label": label[:300], "ticked": at, "ticked_by": by[:120]}
        sign, new = Sign.objects.get_or_create(kind=kind, ref=ref, defaults=made)
        if new:
            note({WHAT: ("", sign.label)}, by=by, at=at)
        return sign


def untick(*, kind: Kind, ref: str, by: str, at: datetime) -> None:
    """It begins nothing more; cases that are open stay open."""
    with transaction.atomic():
        for sign in Sign.objects.filter(kind=kind, ref=ref):
            note({WHAT: (sign.label, "")}, by=by, at=at)
            sign.delete()


def tag_ref(tag: str) -> str:
    """Capital letters and spaces at the ends make no other tag."""
    return tag.strip().casefold()[:200]
