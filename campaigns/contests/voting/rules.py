"""Who voted, for rules. What they voted for says its place, and that only once it has one: nobody may count before."""

from django.utils.translation import gettext_lazy as _

from campaigns.contests.models import Contest
from crm.rules import Field, Kind, Rows

VOTED = Rows(
    "contest_vote",
    _("voted in a contest"),
    "(SELECT v.id, v.contact_id, v.at, c.by, s.title AS contest, e.place FROM campaigns_contests_vote AS v "
    "JOIN campaigns_contests_contest AS c ON c.id = v.contest_id "
    "JOIN campaigns_surveys_survey AS s ON s.id = c.survey_id "
    "JOIN campaigns_contests_entry AS e ON e.id = v.entry_id "
    "UNION ALL SELECT k.id, k.contact_id, k.at, c.by, s.title, NULL FROM campaigns_contests_comparison AS k "
    "JOIN campaigns_contests_contest AS c ON c.id = k.contest_id "
    "JOIN campaigns_surveys_survey AS s ON s.id = c.survey_id "
    "WHERE NOT EXISTS (SELECT FROM campaigns_contests_comparison AS b WHERE b.contest_id = k.contest_id "
    "AND b.contact_id = k.contact_id AND b.id < k.id))",
    (
        Field("contest", _("contest"), Kind.TEXT, "r.contest"),
        Field("by", _("way"), Kind.CHOICE, "r.by", lambda: tuple(Contest.By.choices)),
        Field("place", _("place of what they voted for"), Kind.NUMBER, "r.place"),
    ),
)
