"""What journeys tell the rooms below; `crm.contacts` imports every app's registrations once all is ready."""

from django.utils.translation import gettext_lazy as _

from campaigns.journeys import queries
from campaigns.journeys.actions import forget_walks, keep_the_older
from campaigns.journeys.groups import segments_needed
from campaigns.journeys.many import BEGIN
from campaigns.journeys.models import Enrolment
from campaigns.surveys import forgetting
from crm.catalog import news
from crm.contacts import erasing, merging
from crm.lists.acts import register_act
from crm.rules import Field, Kind, Rows, registry
from crm.segments import dependence

WALKS = """(SELECT e.id, e.contact_id, e.began, e.ended, e.step, e.outcome, e.reason, j.uid::text AS journey
    FROM campaigns_journeys_enrolment AS e JOIN campaigns_journeys_journey AS j ON j.id = e.journey_id
    WHERE NOT e.shadow{where})"""
JOURNEY = Field("journey", _("journey"), Kind.CHOICE, "r.journey", queries.names)

registry.add(
    Rows("journey", _("began the journey"), WALKS.format(where=""), (JOURNEY,), time="r.began", named_by="journey"),
    Rows(
        "on_journey",
        _("are on the journey"),
        WALKS.format(where=" AND e.state = 'active'"),
        (JOURNEY, Field("step", _("step"), Kind.TEXT, "r.step")),
        time="r.began",
        named_by="journey",
    ),
    Rows(
        "left_journey",
        _("left the journey"),
        WALKS.format(where=" AND e.state = 'ended'"),
        (
            JOURNEY,
            Field("outcome", _("outcome"), Kind.CHOICE, "r.outcome", lambda: tuple(Enrolment.Outcome.choices)),
            Field("exit", _("exit"), Kind.TEXT, "r.reason"),
        ),
        time="r.ended",
        named_by="journey",
    ),
)
news.register(queries.looked_for)
merging.register("campaigns_journeys_enrolment", after=keep_the_older)
erasing.register("campaigns_journeys_enrolment", forget_walks)
dependence.register(segments_needed)
forgetting.register(queries.speaking_of)
register_act("begin", BEGIN)
