"""The clocks of a conversation as colleagues read them: nothing while two can keep it all in their heads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from crm.business.queries import has_teams
from crm.dialogue.models import Conversation
from engage.dashboard.shell import times


class Running(Protocol):
    """The due moments of a conversation's clock, wherever they were read."""

    @property
    def answer_soon(self) -> datetime | None: ...
    @property
    def answer_due(self) -> datetime | None: ...
    @property
    def settle_soon(self) -> datetime | None: ...
    @property
    def settle_due(self) -> datetime | None: ...


@dataclass(frozen=True)
class Standing:
    """`kind` is late, soon or fine."""

    kind: str
    text: str


def standings(conversation: Conversation, now: datetime) -> list[Standing]:
    """Of the answer and of the whole, as far as their clocks run. The clock must be loaded."""
    clock: Running | None = getattr(conversation, "clock", None)
    return _standings(clock, now) if clock else []


def pressing(clock: Running, now: datetime) -> list[Standing]:
    """What is late or soon, for lists."""
    return [one for one in _standings(clock, now) if one.kind != "fine"]


def _standings(clock: Running, now: datetime) -> list[Standing]:
    if not has_teams():
        return []
    found = []
    if clock.answer_due:
        words = (_("Answer late by %(span)s"), _("Answer due %(when)s"))
        found.append(_standing(clock.answer_soon, clock.answer_due, now, *words))
    if clock.settle_due:
        words = (_("To be done, late by %(span)s"), _("To be done by %(when)s"))
        found.append(_standing(clock.settle_soon, clock.settle_due, now, *words))
    return found


def _standing(soon: datetime | None, due: datetime, now: datetime, late: str, coming: str) -> Standing:
    if due <= now:
        return Standing("late", late % {"span": times.lasting(now - due)})
    return Standing("soon" if soon and soon <= now else "fine", coming % {"when": times.moment(due, now)})
