"""Answers that came faster than anybody reads: kept apart until the owner says what they are."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from campaigns.surveys.limits.limiting import Full
from campaigns.surveys.links import Visitor
from campaigns.surveys.models import Response, Survey
from campaigns.surveys.taking.answers import read_back
from campaigns.surveys.taking.recording import answer

SUSPECT = Response.State.SUSPECT


def suspects(survey: Survey, *, size: int) -> list[Response]:
    """The latest first. One query."""
    return list(Response.objects.filter(survey=survey, state=SUSPECT).select_related("version").order_by("-id")[:size])


def release(*, survey: Survey, uid: str, at: datetime) -> bool:
    """It was a person: the answer counts from now on, as any other does. False where it is not there any more, or no
    place is left for it; it stays apart then."""
    try:
        with transaction.atomic():
            found = Response.objects.select_for_update(of=["self"]).select_related("version")
            suspect = found.filter(survey=survey, uid=uid, state=SUSPECT).first()
            if suspect is None:
                return False
            Response.objects.filter(pk=suspect.pk).update(state=Response.State.BEGUN)
            made = answer(
                version=suspect.version,
                visitor=Visitor(suspect.occasion, origin=suspect.origin),
                answers={id: read_back(raw) for id, raw in suspect.answers.items()},
                at=at,
                wordings={id: raw["question"] for id, raw in suspect.answers.items()},
                declined=frozenset(id for id, raw in suspect.answers.items() if raw.get("declined")),
                language=suspect.language,
            )
            if made is None:
                transaction.set_rollback(True)
            return made is not None
    except Full:
        return False


def forget(*, survey: Survey, uids: Collection[str]) -> int:
    """Machines they were. How many are gone."""
    found = Response.objects.filter(survey=survey, state=SUSPECT, uid__in=uids)
    count = found.count()
    found.delete()
    return count
