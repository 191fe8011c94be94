"""What became of a message, in words: the same everywhere."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from campaigns.guards import reasons
from crm.dialogue.merging import MERGED
from crm.dialogue.models import Message
from engage.dashboard.messages.going_out import GoingOut

State = Message.State

STATES = {
    State.RECEIVED: pgettext_lazy("message", "received"),
    State.QUEUED: pgettext_lazy("message", "about to go"),
    State.CLAIMED: pgettext_lazy("message", "about to go"),
    State.WAITING: pgettext_lazy("message", "waiting"),
    State.WITHHELD: pgettext_lazy("message", "not sent"),
    State.ACCEPTED: pgettext_lazy("message", "sent"),
    State.KEPT: pgettext_lazy("message", "kept in the Outbox"),
    State.DELIVERED: pgettext_lazy("message", "delivered"),
    State.BOUNCED: pgettext_lazy("message", "came back"),
    State.FAILED: pgettext_lazy("message", "could not be sent"),
    State.UNKNOWN: pgettext_lazy("message", "may have gone out"),
}

MARKS = {
    State.WAITING: "waiting",
    State.BOUNCED: "wrong",
    State.FAILED: "wrong",
    State.UNKNOWN: "wrong",
    State.KEPT: "kept",
}
"""Which colour a state has: that of waiting, of what went wrong, of what is kept."""

TERM_TEXTS = {
    "waiting": pgettext_lazy("messages", "Waiting"),
    "sent": pgettext_lazy("messages", "Sent"),
    "kept": pgettext_lazy("messages", "Kept in the Outbox"),
    "withheld": pgettext_lazy("messages", "Not sent"),
    "failed": pgettext_lazy("messages", "Failed"),
    "unknown": pgettext_lazy("messages", "May have gone out"),
    "twice": pgettext_lazy("messages", "Sent again"),
}
"""The terms of the ledger's sum."""

CHANNELS = {
    "email": gettext_lazy("by e-mail"),
    "sms": gettext_lazy("by text message"),
    "webpush": gettext_lazy("as a notification"),
    "webhook": gettext_lazy("by webhook"),
    "onsite": gettext_lazy("on the website"),
    "task": gettext_lazy("in person, by a colleague"),
    "site": gettext_lazy("on the website"),
    "survey": gettext_lazy("in a survey"),
    "chat": gettext_lazy("in the chat"),
    "counter": gettext_lazy("at the counter"),
    "phone": gettext_lazy("by phone"),
    "whatsapp": gettext_lazy("on WhatsApp"),
    "letter": gettext_lazy("by letter"),
}


def title_text(message: Message) -> str:
    """Its subject; before it is written, what it will be written from."""
    return message.subject or (message.content.label if message.content else "") or _("Not written yet")


def state_text(message: Message) -> str:
    """`sent`, `kept in the Outbox`, `not sent`, …"""
    if message.why == MERGED:
        return pgettext("message", "in another message")
    return str(STATES[State(message.state)])


def state_mark(message: Message) -> str:
    return MARKS.get(State(message.state), "")


def reason_text(message: Message) -> str:
    """Why it waits, did not go or went wrong, in a sentence or two; empty where there is nothing to explain."""
    return reasons.sentence(state=message.state, why=message.why, detail=message.detail, until=message.until)


def channel_text(channel: str) -> str:
    """`by e-mail`, `at the counter`; a channel nobody named is shown as it is."""
    return str(CHANNELS.get(channel, channel))


def finding(found: GoingOut) -> str:
    """What the bars of the next days say, in a sentence."""
    if not found.total:
        return _("Nothing goes out in the next seven days")
    if found.more:
        return _("More than %(n)d messages go out in the next seven days") % {"n": found.total}
    if not found.sure:
        words = ngettext(
            "Up to %(n)d message goes out in the next seven days",
            "Up to %(n)d messages go out in the next seven days",
            found.total,
        )
    else:
        words = ngettext(
            "%(n)d message goes out in the next seven days", "%(n)d messages go out in the next seven days", found.total
        )
    return words % {"n": found.total}


def day_bars(found: GoingOut) -> list[tuple[str, int, int]]:
    """The seven days, as a chart draws them."""
    return [(date_format(day, "D"), going, waiting) for day, going, waiting in found.days]
