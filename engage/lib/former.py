"""Former states of what is edited, to be had back and done again: rows of a model of its own, by the related manager
`former`. All of it within the transaction that holds what is edited."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import models

MOST_KEPT = 100
TRIES = 3
IN_ONE_GO = timedelta(seconds=10)
"""So long after the last, typing in the same field is the same change."""


class Overtaken(ValueError):
    """Somebody else changed it since it was looked at; nothing was kept."""


class NothingLeft(ValueError):
    """There is nothing more to be had back."""


def once_more[A](attempt: Callable[[], A], is_own: Callable[[A], bool]) -> A:
    """What `attempt` answers; it is made again where what overtook it `is_own`: another field of the same colleague,
    saved in the same moment."""
    answer = attempt()
    for _again in range(TRIES - 1):
        if not is_own(answer):
            break
        answer = attempt()
    return answer


class Former(models.Model):
    """A state as it was before a change; `undone` are those that were had back, to be done again. The latest MOST_KEPT
    of both are kept."""

    undone = models.BooleanField(default=False, db_default=False)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        abstract = True


def goes_on(former: models.Manager[Any], *, about: str, changed: datetime, by: str, at: datetime) -> bool:
    """Whether this is more of the change before, made at `changed`: of the same field, by the same person, a moment
    later. For models that keep what each change was `about`; no query where it is about no field."""
    last = former.order_by("-id").first() if about else None
    return bool(last and not last.undone and last.about == about and last.by == by[:120] and at - changed < IN_ONE_GO)


def before_change(former: models.Manager[Any], *, by: str, at: datetime, **state: Any) -> None:
    """Keep the state that a change is about to replace. What was undone can be done again no more."""
    former.filter(undone=True).delete()
    _keep(former, undone=False, by=by, at=at, **state)


def back[F: Former](former: models.Manager[F], *, undone: bool, by: str, at: datetime, **state: Any) -> F:
    """The state before the last change, or the one that was `undone` last, in exchange for the present one. Raises
    NothingLeft."""
    found = former.filter(undone=undone).order_by("-id").first()
    if found is None:
        raise NothingLeft
    _keep(former, undone=not undone, by=by, at=at, **state)
    found.delete()
    return found


def can_go_back(former: models.Manager[Any]) -> tuple[bool, bool]:
    """Whether something can be undone, and be done again. One query."""
    kinds = set(former.order_by().values_list("undone", flat=True).distinct())
    return False in kinds, True in kinds


def _keep(former: models.Manager[Any], *, undone: bool, by: str, at: datetime, **state: Any) -> None:
    former.create(undone=undone, by=by[:120], at=at, **state)
    kept = list(former.filter(undone=undone).order_by("-id").values_list("pk", flat=True)[:MOST_KEPT])
    former.filter(undone=undone).exclude(pk__in=kept).delete()
