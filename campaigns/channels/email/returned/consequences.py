"""What follows from news of messages: addresses go on the do-not-write list, the sender stands still. In sets."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from campaigns.channels.email.returned.classify import WHOLE_DOMAIN
from crm.contacts.actions import CameBack, suppress_returned
from crm.contacts.models import Suppression
from crm.dialogue.actions import stop_sender
from crm.dialogue.actions.returned import Sent, soft_in_a_row
from crm.dialogue.models import Report
from crm.dialogue.reports import Heard

Kind = Report.Kind
Reason = Suppression.Reason
MAIL, TEXT = "email", "sms"
SOFT_FOR = timedelta(days=14)
"""So long an address is left in peace whose last three mails came back for a reason that may pass."""


def draw(news: Sequence[tuple[Heard, Sent]], *, at: datetime) -> None:
    """Suppress, and stop the sender where servers refuse the whole domain. Four statements at most; after the ledger
    is written, because three in a row are counted there."""
    mails = [(one, sent) for one, sent in news if sent.channel == MAIL]
    texts = [(one, sent) for one, sent in news if sent.channel == TEXT]
    soft = {sent.id: sent for one, sent in mails if one.kind == Kind.BOUNCED and _kind(one) == "soft" and sent.address}
    in_a_row = soft_in_a_row(list(soft.values()))
    for_a_while = [CameBack(soft[pk].address, Reason.SOFT, "", at + SOFT_FOR) for pk in in_a_row]
    suppress_returned([*for_a_while, *_for_good(mails)], by="mail servers", at=at, channel=MAIL)
    suppress_returned(list(_for_good(texts)), by="the provider", at=at, channel=TEXT)
    for one, sent in mails:
        if (bounce := one.bounce) and bounce.kind == "block" and bounce.cause in WHOLE_DOMAIN:
            stop_sender(cause=bounce.cause, words=bounce.words, sent=sent.settled, at=at)
            break


def _for_good(news: Sequence[tuple[Heard, Sent]]) -> Iterator[CameBack]:
    for one, sent in news:
        if not sent.address:  # erased meanwhile, and on the list for that
            continue
        if one.kind == Kind.COMPLAINED:
            yield CameBack(sent.address, Reason.COMPLAINT)
        elif _kind(one) == "hard":
            yield CameBack(sent.address, Reason.BOUNCE, one.bounce.words if one.bounce else "")


def _kind(one: Heard) -> str:
    return one.bounce.kind if one.bounce else ""
