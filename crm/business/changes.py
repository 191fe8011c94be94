"""Settings that were changed stay on record: what, from what to what, by whom, when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crm.business.models import Changed

LONGEST = 1_000


def note(changes: Mapping[str, tuple[Any, Any]], *, about: str = "", by: str, at: datetime) -> None:
    """`changes` are (before, after) by what was changed; what stayed as it was is left out. One query at most.
    Secrets are not for here."""
    Changed.objects.bulk_create(
        Changed(what=what, about=about[:120], before=_text(before), after=_text(after), by=by[:120], at=at)
        for what, (before, after) in changes.items()
        if _text(before) != _text(after)
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)[:LONGEST]
