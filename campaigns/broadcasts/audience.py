"""Whom a broadcast is for: any of some groups, none of others, and a rule of its own, as one rule."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from campaigns.broadcasts.models import Broadcast
from crm.rules import EVERYONE, AllOf, AnyOf, InvalidRule, NoneOf, Problem, Rule, describe, parse
from crm.segments.asking import segments_in
from crm.segments.models import Segment
from engage.lib import ids

ENDED = (Broadcast.State.DONE, Broadcast.State.CANCELLED)


def rule_of(broadcast: Broadcast) -> Rule:
    """The rule that a draft's audience comes to. One query.

    Raises InvalidRule: nobody was chosen, a group is gone, or a rule cannot be read.
    """
    groups = _groups({*broadcast.include, *broadcast.exclude})
    included = tuple(parse(groups[uid].rule) for uid in broadcast.include)
    excluded = tuple(parse(groups[uid].rule) for uid in broadcast.exclude)
    if not included and broadcast.rule is None:
        raise InvalidRule([Problem("$", _("Say to whom."))])
    parts = (
        *((included if len(included) == 1 else (AnyOf(included),)) if included else ()),
        *((parse(broadcast.rule),) if broadcast.rule is not None else ()),
        *((NoneOf(excluded),) if excluded else ()),
    )
    return parts[0] if len(parts) == 1 else AllOf(parts)


def sentences(broadcast: Broadcast) -> list[str]:
    """The audience in words: groups by their names, the rule as it reads. One query."""
    try:
        groups = _groups({*broadcast.include, *broadcast.exclude})
        rule = parse(broadcast.rule) if broadcast.rule is not None else None
    except InvalidRule as error:
        return [str(error)]
    said = []
    if broadcast.include:
        said.append(_("In %(groups)s") % {"groups": _named(broadcast.include, groups, _("or"))})
    if rule is not None:
        said.append(_("Everybody") if rule == EVERYONE else describe(rule))
    if broadcast.exclude:
        said.append(_("Not in %(groups)s") % {"groups": _named(broadcast.exclude, groups, _("or"))})
    return said


def groups_chosen() -> Iterator[tuple[str, str]]:
    """Whose rule is needed by a broadcast that has not ended, and by which. One query."""
    for row in _not_ended("include", "exclude"):
        for uid in {*row.include, *row.exclude}:
            yield str(uid), _words(row)


def groups_asked() -> Iterator[tuple[str, str]]:
    """Whose members are asked for by the rule of such a broadcast, and by which. One query."""
    for row in _not_ended("rule", "whom"):
        for uid in mentioned(row.rule) | mentioned(row.whom):
            yield uid, _words(row)


def mentioned(rule: Any) -> set[str]:
    """The public ids of the groups that a rule in JSON speaks of."""
    try:
        return segments_in(parse(rule)) if rule is not None else set()
    except InvalidRule:
        return set()


def _not_ended(*fields: str) -> QuerySet[Broadcast]:
    return Broadcast.objects.exclude(state__in=ENDED).only("name", *fields)


def _words(broadcast: Broadcast) -> str:
    return _("The one-off message “%(name)s”") % {"name": broadcast.name}


def _groups(uids: Collection[str]) -> dict[str, Segment]:
    """Raises InvalidRule where one is gone."""
    known = [uid for uid in uids if ids.is_uid(uid)]
    found = {str(row.uid): row for row in Segment.objects.filter(uid__in=known)} if known else {}
    if gone := set(uids) - found.keys():
        message = _("There is no group {uid} any more.")
        raise InvalidRule([Problem("$", message.format(uid=uid)) for uid in sorted(gone)])
    return found


def _named(uids: Sequence[str], groups: dict[str, Segment], word: str) -> str:
    return f" {word} ".join(f"“{groups[uid].name}”" for uid in uids)
