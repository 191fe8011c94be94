"""Changing the draft of a journey, and having former ones back. People under way notice nothing."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.journeys.models import FormerDraft, Journey
from engage.lib.former import Overtaken, back, before_change
from engage.lib.patience import patient


@patient
def edit_draft(
    journey: Journey,
    *,
    draft: dict[str, Any],
    recipe: str = "",
    fields: dict[str, Any] | None = None,
    name: str = "",
    seen: str = "",
    by: str,
    at: datetime,
) -> None:
    """Change what would be published next; the draft before can be had back. With `seen`, the mark of the draft that
    this one was made from, raises Overtaken if it is another by now."""
    with transaction.atomic():
        locked = _locked(journey, seen)
        if locked.draft != draft:
            before_change(locked.former, by=by, at=at, **_state(locked))
        locked.draft, locked.recipe, locked.fields = draft, recipe, fields or {}
        locked.name = name or locked.name
        locked.save(update_fields=["draft", "recipe", "fields", "name", "updated"])
    journey.refresh_from_db()


@patient
def undo_edit(journey: Journey, *, seen: str = "", by: str, at: datetime) -> None:
    """Have the draft before the last change back. Raises NothingLeft and Overtaken."""
    _back(journey, undone=False, seen=seen, by=by, at=at)


@patient
def redo_edit(journey: Journey, *, seen: str = "", by: str, at: datetime) -> None:
    """Do again what was undone last. Raises NothingLeft and Overtaken."""
    _back(journey, undone=True, seen=seen, by=by, at=at)


def mark(draft: Any) -> str:
    """Tells one draft from another."""
    text = json.dumps(draft, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:20]


def overtaken_by(journey: Journey, seen: str) -> list[FormerDraft]:
    """The former drafts since the one with this mark, oldest first; all that are kept if it is not among them."""
    found: list[FormerDraft] = []
    for former in journey.former.filter(undone=False).order_by("-id"):
        found.insert(0, former)
        if mark(former.draft) == seen:
            break
    return found


def _back(journey: Journey, *, undone: bool, seen: str, by: str, at: datetime) -> None:
    with transaction.atomic():
        locked = _locked(journey, seen)
        former = back(locked.former, undone=undone, by=by, at=at, **_state(locked))
        locked.draft, locked.recipe, locked.fields = former.draft, former.recipe, former.fields
        locked.save(update_fields=["draft", "recipe", "fields", "updated"])
    journey.refresh_from_db()


def _locked(journey: Journey, seen: str) -> Journey:
    locked = Journey.objects.select_for_update(no_key=True).get(pk=journey.pk)
    if seen and mark(locked.draft) != seen:
        raise Overtaken
    return locked


def _state(journey: Journey) -> dict[str, Any]:
    return {"draft": journey.draft, "recipe": journey.recipe, "fields": journey.fields}
