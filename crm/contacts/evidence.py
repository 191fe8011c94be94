"""Why we may write to a person, or may not: the latest statement for each topic, as one sentence with its evidence."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.models import Consent, Contact, Topic

How = Consent.How
OWN_PAGE = "memory"
"""The source of what people set on their own page; what they say by a message's link names the message."""

_SAID_YES = {
    How.FORM: gettext_lazy("they said yes on the form “%(source)s” on %(at)s"),
    How.DOUBLE_OPT_IN: gettext_lazy(
        "they asked for it on the form “%(source)s”%(asked)s, and confirmed it by the link in our mail on %(at)s"
    ),
    How.IMPORT: gettext_lazy("a file says that they agreed on %(at)s (%(source)s)"),
    How.STAFF: gettext_lazy("they told a colleague on %(at)s"),
    How.LINK: gettext_lazy("they chose it by the link in a message on %(at)s"),
    How.REPLY: gettext_lazy("they answered a message with it on %(at)s"),
    How.API: gettext_lazy("the shop’s server told us on %(at)s that they agreed"),
}
_SAID_NO = {
    How.FORM: gettext_lazy("they said no on the form “%(source)s” on %(at)s"),
    How.DOUBLE_OPT_IN: gettext_lazy("they said no on the form “%(source)s” on %(at)s"),
    How.IMPORT: gettext_lazy("a file says that they had unsubscribed on %(at)s (%(source)s)"),
    How.STAFF: gettext_lazy("they told a colleague on %(at)s"),
    How.LINK: gettext_lazy("they unsubscribed by the link in a message on %(at)s"),
    How.REPLY: gettext_lazy("they answered a message with STOP on %(at)s"),
    How.API: gettext_lazy("the shop’s server told us on %(at)s that they do not want it"),
}
_ON_THEIR_PAGE = gettext_lazy("they set it on their own page on %(at)s")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands in the ledger for one topic; `consent` is None where nothing was ever said."""

    topic: Topic
    consent: Consent | None

    @property
    def granted(self) -> bool:
        return self.consent is not None and self.consent.state == Consent.State.GRANTED


@dataclass(frozen=True, slots=True)
class Grounds:
    """Topics about which the same was said in the same breath: one sentence and one quotation speak for all of them."""

    topics: list[Topic]
    consent: Consent | None

    @property
    def granted(self) -> bool:
        return self.consent is not None and self.consent.state == Consent.State.GRANTED

    @property
    def label(self) -> str:
        return ", ".join(topic.label for topic in self.topics)

    @property
    def sentence(self) -> str:
        if self.consent is None:
            return _("We may not write about %(topic)s: they were never asked.") % {"topic": self.label}
        return _sentence(self.consent, self.label)


def evidence(contact: Contact, channel: str = "email") -> list[Evidence]:
    """For each topic, in their order. Two queries."""
    said = {consent.topic_id: consent for consent in current(contact, channel).select_related("topic")}
    return [Evidence(topic, said.get(topic.pk)) for topic in Topic.objects.all()]


def evidence_by_channel(contact: Contact, reached_by: Collection[str]) -> dict[str, list[Evidence]]:
    """The same for e-mail, for each channel of `reached_by`, and for each that they said something about, in the order
    of Consent.CHANNELS. Two queries."""
    each = ("contact_id", "channel", "topic_id")
    said = Consent.objects.filter(contact=contact).order_by(*each, "-at", "-id").distinct(*each)
    known = {(consent.channel, consent.topic_id): consent for consent in said.select_related("topic")}
    wanted = {"email", *reached_by, *(channel for channel, _topic in known)}
    topics = list(Topic.objects.all())
    return {
        channel: [Evidence(topic, known.get((channel, topic.pk))) for topic in topics]
        for channel in Consent.CHANNELS
        if channel in wanted
    }


def current(contact: Contact, channel: str = "email") -> QuerySet[Consent]:
    """The latest statement about each topic, read off the index `consent_current`."""
    said = Consent.objects.filter(contact=contact, channel=channel)
    each = ("contact_id", "channel", "topic_id")
    return said.order_by(*each, "-at", "-id").distinct(*each)


def grounds(said: Iterable[Evidence]) -> list[Grounds]:
    """The same, with topics of one evidence together, each where its first topic stands. No query."""
    found: dict[tuple[str, ...], Grounds] = {}
    for one in said:
        consent = one.consent
        reason = (consent.state, _reason(consent, granted=one.granted), consent.words) if consent else ()
        found.setdefault(reason, Grounds([], consent)).topics.append(one.topic)
    return list(found.values())


def sentence(consent: Consent) -> str:
    """Whether we may write, and because of what. No query if the topic is loaded."""
    return _sentence(consent, consent.topic.label)


def _sentence(consent: Consent, about: str) -> str:
    granted = consent.state == Consent.State.GRANTED
    yes, no = _("We may write about %(topic)s: %(reason)s."), _("We may not write about %(topic)s: %(reason)s.")
    return (yes if granted else no) % {"topic": about, "reason": _reason(consent, granted=granted)}


def _reason(consent: Consent, *, granted: bool) -> str:
    told = (_SAID_YES if granted else _SAID_NO)[How(consent.how)]
    if consent.how == How.LINK and consent.source == OWN_PAGE:
        told = _ON_THEIR_PAGE
    asked = _(" on %(at)s") % {"at": _moment(consent.asked)} if consent.asked else ""
    reason = str(told) % {"source": consent.source or _("without a name"), "asked": asked, "at": _moment(consent.at)}
    if consent.network_address:
        reason = _("%(reason)s, from the network address %(address)s") % {
            "reason": reason,
            "address": consent.network_address,
        }
    if consent.by and consent.by != "customer":
        reason = _("%(reason)s; written down by %(name)s") % {"reason": reason, "name": consent.by}
    return reason


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "j F Y, H:i")
