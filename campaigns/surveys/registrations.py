"""What surveys tell the rooms below; `crm.contacts` imports every app's registrations once all is ready."""

from django.utils.translation import gettext_lazy as _

from campaigns.surveys import queries
from campaigns.surveys.confirming.signing import empty_requests
from campaigns.surveys.embeds import script
from campaigns.surveys.embeds.queries import groups_asked, some_on
from campaigns.surveys.results import deeds
from campaigns.surveys.sweeping import erase_responses
from crm.contacts import erasing, merging
from crm.events import site
from crm.preferences.recall import quote_from
from crm.rules import Field, Kind, Rows, registry
from crm.segments import dependence

SURVEY = Field("survey", _("survey"), Kind.CHOICE, "r.survey", queries.titles)
ANSWERS = """(SELECT p.id * 64 + a.no AS id, p.contact_id, p.finished AS at, s.key AS survey,
        s.key || '/' || a.question AS question, a.given ->> 'value' AS answer,
        CASE WHEN a.given ->> 'value' ~ '^[0-9]{1,9}$' THEN (a.given ->> 'value')::numeric END AS score
    FROM campaigns_surveys_response AS p JOIN campaigns_surveys_survey AS s ON s.id = p.survey_id
    CROSS JOIN LATERAL jsonb_each(p.answers) WITH ORDINALITY AS a (question, given, no) WHERE p.state = 'final')"""
"""One row for each question answered; stars are a score too. A survey has 60 questions at most: 64 ids are for each."""

registry.add(
    Rows(
        "response",
        _("answered the survey"),
        "(SELECT p.id, p.contact_id, p.finished AS at, s.key AS survey FROM campaigns_surveys_response AS p "
        "JOIN campaigns_surveys_survey AS s ON s.id = p.survey_id WHERE p.state = 'final')",
        (SURVEY,),
        named_by="survey",
    ),
    Rows(
        "answer",
        _("answered the question"),
        ANSWERS,
        (
            Field("question", _("question"), Kind.CHOICE, "r.question", queries.questions),
            Field("answer", _("answer"), Kind.TEXT, "r.answer"),
            Field("score", _("score"), Kind.NUMBER, "r.score"),
            SURVEY,
        ),
        named_by="question",
        answered_by="answer",
    ),
    Rows(
        "quoted",
        _("can be quoted about what we did"),
        deeds.QUOTED,
        (Field("deed", _("what we did"), Kind.CHOICE, "r.deed", deeds.deeds),),
        named_by="deed",
    ),
)
quote_from(deeds.PREFIX, deeds.quotes)
for table in ("campaigns_surveys_response", "campaigns_surveys_signup", "campaigns_surveys_approach"):
    merging.register(table)
erasing.register("campaigns_surveys_response", erase_responses)
erasing.register("campaigns_surveys_signup", empty_requests)
erasing.register("campaigns_surveys_approach")
dependence.register(groups_asked)
site.load_besides(script.LOADER, where=some_on)
