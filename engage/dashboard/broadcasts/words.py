"""One-off messages in words: how they stand, and what is about to happen in one sentence."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.broadcasts import outcome
from campaigns.broadcasts.audience import sentences
from campaigns.broadcasts.models import Broadcast, Variant
from campaigns.broadcasts.preparing import EMAIL
from campaigns.channels import port
from campaigns.channels.names import named_in_words
from crm.segments.estimating import Estimate
from engage.dashboard.shell import times
from engage.dashboard.templatetags.paper import people

State = Broadcast.State

MARKS = {State.SCHEDULED: "waiting", State.STARTING: "waiting", State.PAUSED: "waiting", State.CANCELLED: "wrong"}
"""Which colour a state has."""

OUTCOMES = {
    outcome.CLICKED: gettext_lazy("followed a link"),
    outcome.REPLIED: gettext_lazy("replied"),
    outcome.ORDERED: gettext_lazy("ordered since"),
    outcome.DID_NOTHING: gettext_lazy("had it and did none of that"),
    outcome.NOT_SENT: gettext_lazy("did not get it"),
}
"""Whom a message after it can be for."""


def about_how_many(number: Estimate) -> str:
    """`231 people`, `about 31,000 people (30,200 to 31,900)`."""
    if number.low == number.high:
        return people(number.number)
    said = {"n": f"{number.number:,}", "low": f"{number.low:,}", "high": f"{number.high:,}"}
    return _("about %(n)s people (%(low)s to %(high)s)") % said


def sentence(broadcast: Broadcast, written: Sequence[Variant], number: Estimate | None, now: datetime) -> str:
    """What will happen, all of it, with these versions. Three queries."""
    said = {
        "name": broadcast.name,
        "people": about_how_many(number) if number else _("nobody yet"),
        "whom": "; ".join(sentences(broadcast)) or _("nobody was chosen"),
        "by": "" if broadcast.channel == EMAIL else _(", by: %(way)s") % {"way": port.channel(broadcast.channel).label},
        "topic": broadcast.topic or _("nothing that was chosen yet"),
        "what": what_text(broadcast, written),
        "when": when_text(broadcast, now),
        "pace": pace_text(broadcast),
    }
    return (
        _("“%(name)s” goes to %(people)s (%(whom)s) about %(topic)s%(by)s: %(what)s. It goes out %(when)s, %(pace)s.")
        % said
    )


def what_text(broadcast: Broadcast, written: Sequence[Variant]) -> str:
    if not written:
        return _("nothing is written yet")
    if len(written) == 1:
        return _("“%(subject)s”") % {"subject": named_in_words(written[0].subject)}
    subjects = ", ".join(f"“{named_in_words(one.subject)}”" for one in written)
    words = _("%(subjects)s tried with %(percent)d %% of them, the rest gets what does better by %(judge)s")
    return words % {"subjects": subjects, "percent": broadcast.sample_percent, "judge": broadcast.get_judge_display()}


def when_text(broadcast: Broadcast, now: datetime) -> str:
    if broadcast.kind == Broadcast.Kind.REMINDER:
        days = broadcast.after_days or 0
        words = ngettext("%(n)d day after the first is done", "%(n)d days after the first is done", days)
        return words % {"n": days}
    if broadcast.send_at is None:
        return _("60 seconds after you press Start")
    said = {"when": times.moment(broadcast.send_at, now)}
    if broadcast.clock == Broadcast.Clock.CONTACT:
        return _("%(when)s, by each person's own clock") % said
    return _("%(when)s, by our clock") % said


def pace_text(broadcast: Broadcast) -> str:
    if broadcast.per_hour:
        return _("at most %(n)s an hour") % {"n": f"{broadcast.per_hour:,}"}
    if broadcast.batch:
        said = {"n": f"{broadcast.batch:,}", "minutes": broadcast.batch_minutes}
        return _("%(n)s every %(minutes)s minutes") % said
    return _("as fast as we can")
