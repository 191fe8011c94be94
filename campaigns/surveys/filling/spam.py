"""Answers that machines send: known by their speed, by how many come from one network, and by a proof of work.

None of it asks a foreign service, sets a cookie or touches the database. Whoever came by a signed link is known, and is
asked for nothing.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from redis.exceptions import RedisError

from campaigns.surveys.asked.questions import Question
from campaigns.surveys.limits.limits import Limits, Proof
from campaigns.surveys.models import Survey
from engage.lib import crowds
from engage.lib.crowds import Challenge, Crowd, network
from engage.lib.public import too_often

POSTS, POSTS_IN = 1200, 60
"""From one network and all surveys together, before anything is looked up: a school whose pupils press at once."""

ANSWERS = Crowd("survey", free=30, most=600, seconds=600)
"""Of strangers; each survey counts once, however many pages it has."""

MAILS = Crowd("sign-up-from", free=20, most=200, seconds=3600)
"""Mails to others cost their receivers more than answers cost us."""

PRESS_AGAIN = gettext_lazy("Many people are here at once from where you are. Please press the button once more.")

SIGNS, SIGNS_IN = 10, 600
"""So many machines in so many seconds are an attack."""

ATTACKED_FOR = 3600


def is_flood(request: HttpRequest) -> bool:
    """No query."""
    return too_often("survey-posts", network(request), limit=POSTS, seconds=POSTS_IN)


def is_too_fast(questions: Iterable[Question], *, began: datetime | None, at: datetime) -> bool:
    """Faster than anybody reads what was answered: a second, and twenty words in each more. `began` is when the first
    page was opened."""
    pace = settings.SURVEY_WORDS_A_SECOND
    if began is None or not pace:
        return False
    words = sum(len(question.text.split()) for question in questions)
    return (at - began).total_seconds() < 1 + words / pace


def note_sign(survey: int) -> None:
    """One machine more. Many are an attack, for an hour."""
    if too_often("survey-signs", str(survey), limit=SIGNS, seconds=SIGNS_IN):
        try:
            cache.set(_attacked(survey), 1, ATTACKED_FOR)
        except RedisError:
            return


def is_attacked(survey: int) -> bool:
    try:
        return bool(cache.get(_attacked(survey)))
    except RedisError:
        return False


def needs_proof(survey: Survey, limits: Limits) -> bool:
    """No query."""
    return limits.proof is Proof.ON or (limits.proof is Proof.ATTACKED and is_attacked(survey.pk))


def challenge(request: HttpRequest, survey: int, *of: Crowd, asked: bool, at: datetime) -> Challenge | None:
    """The work that a page is to bring: as much as the crowds ask, some where it is `asked` of everybody."""
    found = crowds.work(request, _purpose(survey), *of, at=at)
    return found or (crowds.challenge(_purpose(survey), crowds.HARDEST, at) if asked else None)


def worked(request: HttpRequest, survey: int, at: datetime) -> int:
    """What `crowds.done` says of the work that the page brings. Once only."""
    return crowds.done(request, _purpose(survey), at)


def _purpose(survey: int) -> str:
    return f"survey:{survey}"


def _attacked(survey: int) -> str:
    return f"survey-attacked:{survey}"
