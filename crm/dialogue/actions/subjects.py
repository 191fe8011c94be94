"""What the page for writing to us offers as "What is it about?"."""

from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from crm.business.changes import note
from crm.dialogue.models import Subject
from engage.lib import ids

WHAT = "subject"
LONGEST_KEY = 60
MOST = 30


class TooMany(ValueError):
    """Nobody reads a longer list."""


def add_subject(*, label: str, by: str, at: datetime) -> Subject:
    """The last of the list. Raises TooMany."""
    with transaction.atomic():
        taken = dict(Subject.objects.values_list("key", "position"))
        if len(taken) >= MOST:
            raise TooMany
        key = slugify(label, allow_unicode=True)[:LONGEST_KEY]
        key = key if key and key not in taken else str(ids.uuid7())
        note({WHAT: ("", label)}, by=by, at=at)
        return Subject.objects.create(key=key, label=label, position=max(taken.values(), default=-1) + 1)


def rename_subject(subject: Subject, *, label: str, by: str, at: datetime) -> None:
    """Conversations that were opened with it keep the former words."""
    with transaction.atomic():
        note({WHAT: (subject.label, label)}, by=by, at=at)
        Subject.objects.filter(pk=subject.pk).update(label=label)


def remove_subject(subject: Subject, *, by: str, at: datetime) -> None:
    """It is not offered any more."""
    with transaction.atomic():
        note({WHAT: (subject.label, "")}, by=by, at=at)
        Subject.objects.filter(pk=subject.pk).delete()
