"""A draft that was never published is forgotten, unless something else speaks of it. Rooms above register what of
theirs does, from their `registrations.py`."""

import re
from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from campaigns.designs.queries import designs
from campaigns.surveys.models import Response, SignUp, Survey

type Source = Callable[[Survey], Iterable[str]]
"""Gives in words what of a room speaks of the survey."""

_sources: list[Source] = []


class Seen(ValueError):
    """It was published, or has answers: it stays."""


class InUse(ValueError):
    """Something speaks of it. `used_by` says in words what."""

    def __init__(self, used_by: list[str]) -> None:
        super().__init__(", ".join(used_by))
        self.used_by = used_by


def register(source: Source) -> None:
    if source not in _sources:
        _sources.append(source)


def used_by(survey: Survey) -> list[str]:
    """In words, what speaks of it. One query, and one for each source."""
    return [*_designs(survey), *(words for source in _sources for words in source(survey))]


def forget_draft(survey: Survey) -> None:
    """With everything that was written for it. Raises Seen and InUse; Survey.DoesNotExist where it is gone."""
    with transaction.atomic():
        locked = Survey.objects.select_for_update(of=["self"]).get(pk=survey.pk)
        if not is_unseen(locked):
            raise Seen
        if using := used_by(locked):
            raise InUse(using)
        locked.delete()


def is_unseen(survey: Survey) -> bool:
    """Whether it is a draft that was never published and has no answers. Two queries, none for what was published."""
    if survey.state != Survey.State.DRAFT or survey.current_id is not None:
        return False
    answered = Response.objects.filter(survey=survey).exists()
    return not answered and not SignUp.objects.filter(survey=survey).exists()


def speaks_of(survey: Survey, field: str) -> Q:
    """Whether JSON in `field`, cast to text as `<field>_text`, asks this survey in a message or names it."""
    key = re.escape(survey.key)
    named = rf'"(survey|question)": "{key}["/]|"value": (\[[^]]*)?"{key}["/]'
    return Q(**{f"{field}_text__regex": rf"question\s+{key}\M|{named}"})


def _designs(survey: Survey) -> list[str]:
    found = designs().annotate(contents_text=Cast("contents", TextField())).filter(speaks_of(survey, "contents"))
    return [_("the design “{name}”").format(name=name) for name in found.values_list("name", flat=True)]
