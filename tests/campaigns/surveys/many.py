"""Many answers at once, without a page for each."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import QueryDict

from campaigns.surveys import queries
from campaigns.surveys.models import Response, Survey
from campaigns.surveys.results import counting
from campaigns.surveys.taking.answers import read, stored
from crm.contacts.models import Contact
from engage.lib import clock, ids


def answer(survey: Survey, *said: dict[str, Any], at: datetime | None = None, contact: Contact | None = None, **fields):
    """A final response for each, with what a form would have posted: `{"milk": 1, "best-2": 1}`."""
    return Response.objects.bulk_create(_responses(survey, said, at or clock.now(), contact, fields))


def _responses(survey: Survey, said: Iterable[dict], at: datetime, contact: Contact | None, fields: dict):
    definition = queries.definition_of(survey.current)
    for one in said:
        posted = QueryDict(mutable=True)
        for name, value in one.items():
            posted.setlist(f"q-{name}", [str(each) for each in (value if isinstance(value, list) else [value])])
        answers = stored(definition.questions, read(definition.questions, posted).answers, lambda asked: asked.text)
        yield Response(
            **{
                "survey": survey,
                "version": survey.current,
                "contact": contact,
                "recorded_for": contact,
                "state": "final",
                "answers": answers,
                "occasion": f"page:{ids.uuid7()}",
                "origin": "link",
                "language": "en",
                "started": at,
                "finished": at,
                "day": counting.day_of(at),
                "marks": counting.marks_of(definition, answers, None),
                **fields,
            }
        )
