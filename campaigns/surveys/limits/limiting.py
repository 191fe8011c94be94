"""Limits as they hold for each answer, however many come at once.

An answer locks its survey FOR KEY SHARE, as its foreign key does anyway, and reads the limits then: whoever changes
them waits for the answers under way and lets none begin. Places are counted in rows of their own, locked by name.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from campaigns.surveys.asked.kinds.kind import Answer
from campaigns.surveys.limits.limits import ALL, Limits, Once, parse_limits
from campaigns.surveys.links import Visitor, base_of
from campaigns.surveys.models import Places, Response, Survey
from engage.lib import sql

type Answers = Mapping[str, Answer]


class Full(Exception):
    """All places are taken, or those of an answer that was given."""


def set_limits(*, survey: Survey, limits: Limits, by: str, at: datetime) -> None:
    """They hold at once. What is newly limited is counted here; what was limited goes on counting."""
    with transaction.atomic():
        locked = Survey.objects.select_for_update().get(pk=survey.pk)
        locked.limits, locked.changed, locked.changed_by = limits.to_json(), at, by[:120]
        locked.save(update_fields=["limits", "changed", "changed_by"])
        keys = limits.places().keys()
        locked.places.exclude(key__in=keys).delete()
        known = set(locked.places.values_list("key", flat=True))
        Places.objects.bulk_create(
            Places(survey=locked, key=key, taken=_counted(survey.pk, key)) for key in keys if key not in known
        )
    survey.refresh_from_db()


class NotAgain(Exception):
    """They answered before and may not change it; or nothing is left to be changed."""


def admit(survey: int, visitor: Visitor, contact: int, answers: Answers, *, once: str = "") -> bool:
    """Take the places of these answers, in the transaction that holds `contact` and makes them final. `once` names who
    has proved to answer. What they answered before is replaced where they may change it, and True if there was any.
    Raises NotAgain, Full. At most five queries; one where nothing is limited."""
    limits = locked_limits(survey)
    former = _former(survey, visitor, contact, limits, once)
    is_change = visitor.occasion != base_of(visitor.occasion)
    if (former and not limits.changes) or (is_change and not former):
        raise NotAgain
    before = [limits.taken_by(one.answers) for one in former]
    _take(survey, limits, limits.taken_by(answers), before)
    Response.objects.filter(pk__in=[one.pk for one in former]).update(state=Response.State.REPLACED, once="")
    return bool(former)


def locked_limits(survey: int) -> Limits:
    """As they are now, and until the transaction ends."""
    found = sql.rows("SELECT limits FROM campaigns_surveys_survey WHERE id = %s FOR KEY SHARE", [survey])
    return parse_limits(sql.decoded(found[0][0]))


def is_full(survey: int, limits: Limits, answers: Answers) -> bool:
    """Whether there is no place for these answers as things stand; it may change at once. One query, none where nothing
    that they take is limited."""
    wanted = limits.taken_by(answers)
    if not wanted:
        return False
    places = limits.places()
    taken = Places.objects.filter(survey=survey, key__in=wanted).values_list("key", "taken")
    return any(count >= places[key] for key, count in taken)


def answered_before(survey: int, contact: int) -> bool:
    """One query."""
    return Response.objects.filter(survey=survey, contact=contact, state=Response.State.FINAL).exists()


def _former(survey: int, visitor: Visitor, contact: int, limits: Limits, once: str) -> list[Response]:
    """What this answer would be the second of."""
    same = Q()
    if (base := base_of(visitor.occasion)) != visitor.occasion:
        same |= Q(occasion=base) | Q(occasion__startswith=f"{base}~")
    if limits.once is not Once.ANY and (visitor.message or once):
        same |= Q(contact=contact)
    if once:
        same |= Q(once=once)
    found = Response.objects.filter(same, survey=survey, state=Response.State.FINAL)
    return list(found.exclude(occasion=visitor.occasion)) if same else []


def _take(survey: int, limits: Limits, wanted: set[str], before: list[set[str]]) -> None:
    given_back = set[str]().union(*before)
    places = limits.places()
    if not wanted | given_back:
        return
    found = sql.rows(
        "SELECT key, taken FROM campaigns_surveys_places WHERE survey_id = %s AND key = ANY(%s) "
        "ORDER BY key FOR NO KEY UPDATE",
        [survey, sorted(wanted | given_back)],
    )
    if any(taken >= places[key] for key, taken in found if key in wanted - given_back):
        raise Full
    for keys, by in ((wanted - given_back, 1), (given_back - wanted, -1)):
        if keys:
            sql.run(
                "UPDATE campaigns_surveys_places SET taken = GREATEST(taken + %s, 0) "
                "WHERE survey_id = %s AND key = ANY(%s)",
                [by, survey, sorted(keys)],
            )


def _counted(survey: int, key: str) -> int:
    if key == ALL:
        return Response.objects.filter(survey=survey, state=Response.State.FINAL).count()
    question, _slash, choice = key.rpartition("/")
    return sql.rows(
        "SELECT count(*) FROM campaigns_surveys_response "
        "WHERE survey_id = %s AND state = 'final' AND answers -> %s -> 'chosen' ? %s",
        [survey, question, choice],
    )[0][0]
