"""Staff sort what people said: tags, put on several answers at once and taken off again."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from campaigns.surveys.models import AnswerTag, Saying, Survey, TaggedAnswer

LONGEST = 40
MOST_TAGS = 200
"""Of one survey: more are no order."""


class TooMany(Exception):
    """The survey has as many tags as it may have."""


def tag_named(survey: Survey, name: str) -> AnswerTag:
    """The tag of this name, in whatever case, made where there is none; `name` is not empty. Raises TooMany."""
    name = " ".join(name.replace("\x00", "").split())[:LONGEST]
    with transaction.atomic():
        Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
        found = AnswerTag.objects.filter(survey=survey, name__iexact=name).first()
        if found is None and AnswerTag.objects.filter(survey=survey).count() >= MOST_TAGS:
            raise TooMany
        return found or AnswerTag.objects.create(survey=survey, name=name)


def tag(survey: Survey, sayings: Collection[int], name: str, *, by: str, at: datetime) -> tuple[AnswerTag, list[int]]:
    """Put a tag on sayings of the survey; the tag, and those that had it not before. Raises TooMany."""
    with transaction.atomic():
        made = tag_named(survey, name)
        ours = Saying.objects.filter(survey=survey, pk__in=list(sayings)).select_for_update(no_key=True)
        have = set(TaggedAnswer.objects.filter(tag=made, saying__in=list(sayings)).values_list("saying", flat=True))
        new = [saying.pk for saying in ours if saying.pk not in have]
        TaggedAnswer.objects.bulk_create(
            [TaggedAnswer(saying_id=pk, tag=made, by=by[:120], at=at) for pk in new], ignore_conflicts=True
        )
        return made, new


def untag(survey: Survey, sayings: Collection[int], tag: AnswerTag) -> list[int]:
    """Take a tag of the survey off sayings; those that had it."""
    with transaction.atomic():
        Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
        having = TaggedAnswer.objects.filter(tag=tag, tag__survey=survey, saying__in=list(sayings))
        had = list(having.values_list("saying", flat=True))
        having.delete()
        return had
