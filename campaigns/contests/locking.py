"""Who waits for whom: whatever comes in keeps the contest from ending meanwhile, and waits for nobody else who does;
whoever changes or ends it waits for them. People are held before. Until the transaction ends."""

from campaigns.contests.models import Contest
from campaigns.surveys.models import Survey
from engage.lib import sql


def locked(contest: Contest) -> Contest:
    """As it is now, with its survey, which comes first, as answers lock it. Two queries."""
    survey = Survey.objects.select_for_update(of=["self"]).get(pk=contest.survey_id)
    fresh = Contest.objects.select_for_update(of=["self"]).get(pk=contest.pk)
    fresh.survey = survey
    return fresh


def stay_open(contest: int) -> None:
    """It does not end before this transaction does. One query."""
    sql.rows("SELECT id FROM campaigns_contests_contest WHERE id = %s FOR KEY SHARE", [contest])


def held_open(survey: int) -> Contest | None:
    """The same of the contest that a survey is the form of; None where it is of none. Two queries."""
    found = sql.rows("SELECT id FROM campaigns_contests_contest WHERE survey_id = %s FOR KEY SHARE", [survey])
    return Contest.objects.get(pk=found[0][0]) if found else None
