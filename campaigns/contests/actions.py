"""Making a contest, changing it while that is fair, opening and closing it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.contests import form
from campaigns.contests.locking import locked
from campaigns.contests.models import Comparison, Contest, Prize, Score, Vote
from campaigns.offers.models import Offer
from campaigns.surveys import actions as surveys
from campaigns.surveys.asked.definition import BadDefinition, Problem
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.limits.limiting import set_limits
from campaigns.surveys.limits.limits import Limits, Once, parse_limits
from engage.lib import live, plain

STREAM = "contests"
LONGEST_TITLE, LONGEST_INTRO, LONGEST_TERMS, LONGEST_PRIZE, LONGEST_CRITERION = 120, 1000, 5000, 200, 60
MOST_PRIZES, MOST_CRITERIA = 20, 8
ONCE = (Once.ADDRESS, Once.LINK)
USUAL_CRITERION = "whole"


@dataclass(frozen=True, slots=True)
class Promised:
    """What stands for a place: words, and the key of an offer that is given, or ''."""

    words: str
    offer: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """How winners are found, and what they get. `prizes` are for the first place, the second, …"""

    by: str = Contest.By.VOTES
    terms: str = ""
    opens: datetime | None = None
    closes: datetime | None = None
    votes_close: datetime | None = None
    prizes: Sequence[Promised] = ()
    criteria: Sequence[str] = ()


def make(
    *, title: str, intro: str = "", rights: str = "", once: Once = Once.ADDRESS, rules: Rules, by: str, at: datetime
) -> Contest:
    """A draft: its form can be added to in the builder until it is published. Raises BadDefinition."""
    rules = _sound(rules)
    if once not in ONCE:
        raise BadDefinition([Problem("once", _("Choose how often somebody may enter."))])
    definition = parse(form.definition(title=title, intro=intro, rights=rights))
    with transaction.atomic():
        survey = surveys.create(definition=definition, by=by[:120], at=at)
        set_limits(survey=survey, limits=Limits(rules.opens, rules.closes, once=once), by=by, at=at)
        made = Contest.objects.create(
            survey=survey,
            by=rules.by,
            terms=rules.terms,
            votes_close=rules.votes_close,
            criteria=_criteria(rules),
            at=at,
            made_by=by[:120],
        )
        _promise(made, rules)
        live.publish(STREAM, {"contest": made.uid})
        return made


def change(*, contest: Contest, rules: Rules, by: str, at: datetime) -> Contest:
    """Dates until it has ended; how winners are found, terms and prizes until the first vote. Raises BadDefinition."""
    with transaction.atomic():
        fresh = locked(contest)
        rules = _sound(rules)
        if fresh.ended:
            raise BadDefinition([Problem("", _("It has ended: what was promised stays as it is."))])
        if was_voted(fresh) and _promises(rules) != _promises(rules_of(fresh)):
            words = _("People have voted: only dates can be changed now.")
            raise BadDefinition([Problem("", words)])
        limits = replace(parse_limits(fresh.survey.limits), opens=rules.opens, closes=rules.closes)
        set_limits(survey=fresh.survey, limits=limits, by=by, at=at)
        fresh.by, fresh.terms, fresh.votes_close = rules.by, rules.terms, rules.votes_close
        fresh.criteria = _criteria(rules)
        fresh.save(update_fields=["by", "terms", "votes_close", "criteria"])
        fresh.prizes.all().delete()
        _promise(fresh, rules)
        live.publish(STREAM, {"contest": fresh.uid})
        return fresh


def publish(*, contest: Contest, by: str, at: datetime) -> None:
    """From now on, or from when it opens, people may enter. Raises BadDefinition."""
    with transaction.atomic():
        fresh = locked(contest)
        if fresh.ended:
            raise BadDefinition([Problem("", _("It has ended: what was promised stays as it is."))])
        surveys.publish(survey=fresh.survey, by=by, at=at)
        live.publish(STREAM, {"contest": fresh.uid})


def close(*, contest: Contest, by: str, at: datetime) -> None:
    """No more entries; `publish` lets them in again until it has ended."""
    surveys.close(survey=contest.survey, by=by, at=at)
    live.publish(STREAM, {"contest": contest.uid})


def was_voted(contest: Contest) -> bool:
    """Three queries at most."""
    rows = (
        Vote.objects.filter(contest=contest),
        Comparison.objects.filter(contest=contest),
        Score.objects.filter(juror__contest=contest),
    )
    return any(found.exists() for found in rows)


def rules_of(contest: Contest) -> Rules:
    """As they stand. One query."""
    limits = parse_limits(contest.survey.limits)
    return Rules(
        by=contest.by,
        terms=contest.terms,
        opens=limits.opens,
        closes=limits.closes,
        votes_close=contest.votes_close,
        prizes=tuple(Promised(one.words, one.offer) for one in contest.prizes.all()),
        criteria=tuple(one["label"] for one in contest.criteria),
    )


def _sound(rules: Rules) -> Rules:
    """As it can be kept. Raises BadDefinition with everything that is wrong."""
    problems: list[Problem] = []
    prizes = [Promised(plain.line(one.words), one.offer.strip()) for one in rules.prizes]
    criteria = [text for one in rules.criteria if (text := plain.line(one))]
    terms = plain.lines(rules.terms).strip()
    if rules.by not in Contest.By.values:
        problems.append(Problem("by", _("Choose how winners are found.")))
    if rules.opens and rules.closes and rules.opens >= rules.closes:
        problems.append(Problem("closes", _("It closes before it opens.")))
    begins = rules.closes or rules.opens
    if rules.votes_close and begins and rules.votes_close < begins:
        problems.append(Problem("votes_close", _("Voting would end before the last can enter.")))
    if len(terms) > LONGEST_TERMS:
        problems.append(Problem("terms", _("At most %(count)d characters.") % {"count": LONGEST_TERMS}))
    problems += _wrong_prizes(prizes)
    folded = {one.casefold() for one in criteria}
    if len(criteria) > MOST_CRITERIA or len(folded) < len(criteria):
        problems.append(Problem("criteria", _("At most %(count)d, each different.") % {"count": MOST_CRITERIA}))
    if any(len(one) > LONGEST_CRITERION for one in criteria):
        problems.append(Problem("criteria", _("At most %(count)d characters.") % {"count": LONGEST_CRITERION}))
    if problems:
        raise BadDefinition(problems)
    return replace(rules, terms=terms, prizes=tuple(prizes), criteria=tuple(criteria))


def _wrong_prizes(prizes: Sequence[Promised]) -> list[Problem]:
    if len(prizes) > MOST_PRIZES:
        return [Problem("prizes", _("At most %(count)d.") % {"count": MOST_PRIZES})]
    keys = {one.offer for one in prizes if one.offer}
    unknown = keys - set(Offer.objects.filter(key__in=keys).values_list("key", flat=True)) if keys else set()
    wrong = [Problem("prizes", _("Say what each place gets.")) for one in prizes if not one.words]
    wrong += [
        Problem("prizes", _("At most %(count)d characters.") % {"count": LONGEST_PRIZE})
        for one in prizes
        if len(one.words) > LONGEST_PRIZE
    ]
    wrong += [Problem("prizes", _("There is no offer “%(key)s”.") % {"key": key[:60]}) for key in sorted(unknown)]
    return wrong


def _criteria(rules: Rules) -> list[dict[str, str]]:
    """A jury has one at least."""
    if rules.by == Contest.By.JURY and not rules.criteria:
        return [{"id": USUAL_CRITERION, "label": form.usual_criterion()}]
    return [{"id": f"c{number}", "label": label} for number, label in enumerate(rules.criteria, 1)]


def _promises(rules: Rules) -> tuple[object, ...]:
    labels = [one["label"] for one in _criteria(rules)]
    return rules.by, rules.terms, tuple(rules.prizes), labels


def _promise(contest: Contest, rules: Rules) -> None:
    Prize.objects.bulk_create(
        Prize(contest=contest, place=place, words=one.words, offer=one.offer)
        for place, one in enumerate(rules.prizes, 1)
    )
