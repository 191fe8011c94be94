"""What contests tell the rooms below."""

from django.utils.translation import gettext_lazy as _

from campaigns.contests import confirming
from campaigns.contests.entering import enter
from campaigns.contests.erasing import erase_entries
from campaigns.contests.form import SEE_YOUR_PHOTO, wanted
from campaigns.contests.links import after_entering
from campaigns.contests.models import Entry
from campaigns.contests.queries import with_form
from campaigns.contests.voting import wishes  # noqa: F401 registers what may be wanted
from campaigns.contests.voting.counting import settle_own
from campaigns.contests.voting.rules import VOTED
from campaigns.surveys import forgetting
from campaigns.surveys.asked import checks
from campaigns.surveys.confirming import until
from campaigns.surveys.taking import afterwards
from crm.contacts import erasing, merging
from crm.rules import Field, Kind, Rows, registry

registry.add(
    Rows(
        "entry",
        _("entered a contest"),
        "(SELECT e.id, e.contact_id, e.at, e.standing, e.place, s.title AS contest FROM campaigns_contests_entry AS e "
        "JOIN campaigns_contests_contest AS c ON c.id = e.contest_id "
        "JOIN campaigns_surveys_survey AS s ON s.id = c.survey_id)",
        (
            Field("contest", _("contest"), Kind.TEXT, "r.contest"),
            Field("standing", _("state"), Kind.CHOICE, "r.standing", lambda: tuple(Entry.Standing.choices)),
            Field("place", _("place"), Kind.NUMBER, "r.place"),
        ),
    ),
    VOTED,
)
afterwards.hear(enter)
afterwards.register(after_entering, SEE_YOUR_PHOTO)
checks.insist(wanted)
forgetting.register(with_form)
until.register(confirming.until, confirming.page)
erasing.register("campaigns_contests_entry", erase_entries)
for table in ("campaigns_contests_vote", "campaigns_contests_comparison", "campaigns_contests_share"):
    erasing.register(table)
    merging.register(table)
merging.register("campaigns_contests_entry")
merging.settle_with(settle_own)
