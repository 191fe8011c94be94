"""Making a poll, and ending it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from campaigns.polls.models import Poll
from campaigns.surveys import actions as surveys
from campaigns.surveys.asked.arranging import NEW
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.asked.questions import Type
from campaigns.surveys.limits.limiting import set_limits
from campaigns.surveys.limits.limits import Limits, Once, parse_limits
from engage.lib import live, plain

QUESTION = "poll"
STREAM = "surveys"
LEAST, MOST = 2, 8
LONGEST_QUESTION, LONGEST_CHOICE = 120, 80


@dataclass(frozen=True, slots=True)
class Asked:
    """What a poll asks. `remember`: what the answer is remembered as, '' for not at all."""

    question: str
    choices: Sequence[str]
    shows: str
    once: Once
    closes: datetime | None = None
    remember: str = ""


class BadPoll(ValueError):
    """Too few or too many answers to choose from, two that are the same, or a device that should be remembered."""


def choices_in(lines: Sequence[str]) -> list[str]:
    """As they can be read; without what is empty."""
    return [text for line in lines if (text := plain.line(line)[:LONGEST_CHOICE].strip())]


def make(*, asked: Asked, by: str, at: datetime) -> Poll:
    """Open at once. Raises BadPoll, BadDefinition."""
    choices = choices_in(asked.choices)
    if not LEAST <= len(choices) <= MOST or len({one.casefold() for one in choices}) < len(choices):
        raise BadPoll
    if asked.remember and asked.once is Once.DEVICE:
        raise BadPoll
    with transaction.atomic():
        definition = parse(_definition(asked, choices))
        survey = surveys.create(definition=definition, by=by, at=at)
        surveys.publish(survey=survey, by=by, at=at)
        set_limits(survey=survey, limits=Limits(closes=asked.closes, once=asked.once), by=by, at=at)
        survey.refresh_from_db()
        return Poll.objects.create(survey=survey, shows=asked.shows, at=at, by=by[:120])


def change(*, poll: Poll, shows: str, closes: datetime | None, by: str, at: datetime) -> Poll:
    """When it ends, and who sees what came of it; the question stays as it was asked."""
    with transaction.atomic():
        limits = replace(parse_limits(poll.survey.limits), closes=closes)
        set_limits(survey=poll.survey, limits=limits, by=by, at=at)
        poll.shows = shows
        poll.save(update_fields=["shows"])
        live.publish(STREAM, {"survey": poll.survey_id})
        return poll


def _definition(asked: Asked, choices: Sequence[str]) -> dict[str, object]:
    question = plain.line(asked.question)[:LONGEST_QUESTION]
    remember = {"remember": {"key": NEW, "label": asked.remember}} if asked.remember else {}
    one = {
        "id": QUESTION,
        "type": Type.ONE_OF.value,
        "text": question,
        "required": True,
        "choices": [{"no": no, "label": label} for no, label in enumerate(choices, 1)],
        **remember,
    }
    return {"title": question, "questions": [one]}
