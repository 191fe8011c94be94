"""Changing a draft, with everything to be had back. What is published stays as it is."""

from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.surveys.asked.parse import parse
from campaigns.surveys.models import Survey
from engage.lib.former import Overtaken, back, before_change, goes_on
from engage.lib.patience import patient


@patient
def edit_draft(survey: Survey, *, draft: Any, seen: int | None = None, about: str = "", by: str, at: datetime) -> None:
    """`seen` is the revision that the change was made from; `about` names the field where it was one. Raises Overtaken
    and BadDefinition; nothing is changed then."""
    definition = parse(draft)
    raw = definition.to_json()
    with transaction.atomic():
        locked = _locked(survey, seen)
        if parse(locked.draft) != definition:
            if not goes_on(locked.former, about=about, changed=locked.changed, by=by, at=at):
                before_change(locked.former, draft=locked.draft, about=about[:80], by=by, at=at)
            _change(locked, raw, by=by, at=at)
    survey.refresh_from_db()


@patient
def undo_draft(survey: Survey, *, seen: int | None = None, by: str, at: datetime) -> None:
    """Have the draft before the last change back. Raises NothingLeft and Overtaken."""
    _back(survey, undone=False, seen=seen, by=by, at=at)


@patient
def redo_draft(survey: Survey, *, seen: int | None = None, by: str, at: datetime) -> None:
    """Do again what was undone last. Raises NothingLeft and Overtaken."""
    _back(survey, undone=True, seen=seen, by=by, at=at)


def _back(survey: Survey, *, undone: bool, seen: int | None, by: str, at: datetime) -> None:
    with transaction.atomic():
        locked = _locked(survey, seen)
        former = back(locked.former, undone=undone, draft=locked.draft, by=by, at=at)
        _change(locked, former.draft, by=by, at=at)
    survey.refresh_from_db()


def _locked(survey: Survey, seen: int | None) -> Survey:
    locked = Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
    if seen is not None and locked.revision != seen:
        raise Overtaken
    return locked


def _change(survey: Survey, draft: Any, *, by: str, at: datetime) -> None:
    survey.draft, survey.title = draft, draft["title"]
    survey.revision += 1
    survey.changed, survey.changed_by = at, by[:120]
    survey.save(update_fields=["draft", "title", "revision", "changed", "changed_by"])
