"""Where a contest is, by its survey and the clock."""

from datetime import datetime
from enum import StrEnum

from campaigns.contests.models import Contest
from campaigns.surveys.limits.limits import parse_limits
from campaigns.surveys.models import Survey


class Stage(StrEnum):
    """`open`: entries come. `voting`: no more entries, people or a jury decide. `deciding`: all is in, the owner has
    yet to say who won. `ended`: said."""

    DRAFT = "draft"
    EARLY = "early"
    OPEN = "open"
    VOTING = "voting"
    DECIDING = "deciding"
    ENDED = "ended"


def stage(contest: Contest, at: datetime) -> Stage:
    """Needs the survey beside the contest; no query."""
    survey, limits = contest.survey, parse_limits(contest.survey.limits)
    if contest.ended:
        return Stage.ENDED
    if survey.state == Survey.State.DRAFT:
        return Stage.DRAFT
    if limits.is_early(at):
        return Stage.EARLY
    if survey.state == Survey.State.PUBLISHED and not limits.is_late(at):
        return Stage.OPEN
    may_vote = contest.by != Contest.By.DRAW and (contest.votes_close is None or at < contest.votes_close)
    return Stage.VOTING if may_vote else Stage.DECIDING


def may_be_voted_on(contest: Contest, at: datetime) -> bool:
    """From the first entry on, beside those that still come, until `votes_close`."""
    open_yet = contest.votes_close is None or at < contest.votes_close
    return open_yet and stage(contest, at) in (Stage.OPEN, Stage.VOTING)
