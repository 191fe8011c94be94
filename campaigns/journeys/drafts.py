"""Changing the draft of a journey, and having former ones back. People under way notice nothing."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.journeys.models import FormerDraft, Journey
from engage.lib.patience import patient

MOST_KEPT = 100


class Overtaken(ValueError):
    """Somebody else changed the draft since it was looked at."""


class NothingLeft(ValueError):
    """There is no former draft to be had back."""


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
            locked.former.filter(undone=True).delete()
            _keep(locked, undone=False, by=by, at=at)
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


def can_go_back(journey: Journey) -> tuple[bool, bool]:
    """Whether something can be undone, and be done again. One query."""
    kinds = set(journey.former.order_by().values_list("undone", flat=True).distinct())
    return False in kinds, True in kinds


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
        former = locked.former.filter(undone=undone).order_by("-id").first()
        if former is None:
            raise NothingLeft
        _keep(locked, undone=not undone, by=by, at=at)
        locked.draft, locked.recipe, locked.fields = former.draft, former.recipe, former.fields
        locked.save(update_fields=["draft", "recipe", "fields", "updated"])
        former.delete()
    journey.refresh_from_db()


def _locked(journey: Journey, seen: str) -> Journey:
    locked = Journey.objects.select_for_update(no_key=True).get(pk=journey.pk)
    if seen and mark(locked.draft) != seen:
        raise Overtaken
    return locked


def _keep(journey: Journey, *, undone: bool, by: str, at: datetime) -> None:
    journey.former.create(
        draft=journey.draft, recipe=journey.recipe, fields=journey.fields, undone=undone, by=by[:120], at=at
    )
    kept = list(journey.former.filter(undone=undone).order_by("-id").values_list("pk", flat=True)[:MOST_KEPT])
    journey.former.filter(undone=undone).exclude(pk__in=kept).delete()
