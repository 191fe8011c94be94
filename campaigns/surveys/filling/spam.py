"""Answers that machines send: known by their speed, by how many come from one network, and by a proof of work.

None of it asks a foreign service, sets a cookie or touches the database. Whoever came by a signed link is known, and is
asked for nothing.
"""

import hashlib
import ipaddress
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from campaigns.surveys.asked.questions import Question
from campaigns.surveys.limits.limits import Limits, Proof
from campaigns.surveys.models import Survey
from engage.lib import tokens
from engage.lib.public import too_often

POSTS, POSTS_IN = 300, 60
"""From one network and all surveys together, before anything is looked up."""

SIGNS, SIGNS_IN = 10, 600
"""So many machines in so many seconds are an attack."""

ATTACKED_FOR = 3600
HARDEST = 60_000
"""Numbers to be tried at most, half of it on average: some tenths of a second."""

PROOF_LIVES = timedelta(hours=2)
NUMBER = "proof-number"


@dataclass(frozen=True, slots=True)
class Challenge:
    """Find the number below `most` that makes SHA-256 of `salt` with it behind `digest`: as ALTCHA asks it."""

    token: str
    salt: str
    digest: str
    most: int = HARDEST


def network(request: HttpRequest) -> str:
    """Whoever has one address of version 6 has at least 2⁶⁴ of them."""
    text = request.META.get("REMOTE_ADDR", "")
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return text
    if isinstance(found, ipaddress.IPv4Address):
        return text
    return str(found.ipv4_mapped or ipaddress.ip_network((int(found) >> 64 << 64, 64)))


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


def challenge(survey: int, at: datetime) -> Challenge:
    salt, number = secrets.token_hex(12), secrets.randbelow(HARDEST)
    digest = _digest(salt, number)
    return Challenge(tokens.sign("proof", survey, salt, int((at + PROOF_LIVES).timestamp()), digest), salt, digest)


def is_proof(survey: int, token: str, number: str, at: datetime) -> bool:
    """Whether it was asked here, for this survey, not long ago, is right, and is used for the first time."""
    try:
        survey_id, salt, until, digest = tokens.read("proof", token)
    except ValueError:
        return False
    sound = number.isascii() and number.isdigit() and len(number) < 7
    if survey_id != str(survey) or at.timestamp() > int(until) or not sound or _digest(salt, int(number)) != digest:
        return False
    try:
        return cache.add(f"survey-proof:{salt}", 1, int(PROOF_LIVES.total_seconds()))
    except RedisError:
        return True


def _digest(salt: str, number: int) -> str:
    return hashlib.sha256(f"{salt}{number}".encode()).hexdigest()


def _attacked(survey: int) -> str:
    return f"survey-attacked:{survey}"
