"""Teams, what each colleague can be given, and who is away."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from crm.business.changes import note
from crm.business.models import User
from crm.dialogue.models import Desk, Team

MOST = 50


class TakenName(ValueError):
    """Another team is called so."""


class TooManyTeams(ValueError):
    """Nobody finds anything among more."""


def save_team(team: Team | None, *, name: str, members: Collection[User], by: str, at: datetime) -> Team:
    """A new one, or another name and other members. Raises TakenName, TooManyTeams."""
    with transaction.atomic():
        others = Team.objects.exclude(pk=team.pk if team else 0)
        if others.filter(name__iexact=name).exists():
            raise TakenName
        if team is None and others.count() >= MOST:
            raise TooManyTeams
        kept = team or Team()
        before, kept.name = kept.name, name
        kept.save()
        kept.members.set(members)
        note({"team": (before, name)}, by=by, at=at)
        return kept


def remove_team(team: Team, *, by: str, at: datetime) -> None:
    """What it has in hand is of no team; whoever of it has it in hand keeps it."""
    with transaction.atomic():
        note({"team": (team.name, "")}, by=by, at=at)
        team.delete()


def set_desk(colleague: User, *, takes_turns: bool, languages: Collection[str], skills: Collection[str]) -> None:
    """What the colleague can be given."""
    fields = {"takes_turns": takes_turns, "languages": sorted(set(languages)), "skills": _small(skills)}
    Desk.objects.update_or_create(colleague=colleague, defaults=fields)


def go_away(colleague: User, *, back: date | None, at: datetime) -> None:
    """They are given nothing until they are back: by themselves on that day, or when somebody says so."""
    agent = colleague.role == User.Role.AGENT
    Desk.objects.update_or_create(
        colleague=colleague,
        defaults={"away": at, "back": back},
        create_defaults={"away": at, "back": back, "takes_turns": agent},
    )


def come_back(colleague: User) -> None:
    Desk.objects.filter(colleague=colleague).update(away=None, back=None)


def _small(skills: Collection[str]) -> list[str]:
    return sorted({skill.strip().lower() for skill in skills if skill.strip()})
