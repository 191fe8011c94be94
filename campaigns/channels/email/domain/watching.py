"""The sender's domain as it stands now, and what follows from it while the shop is Live."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from campaigns.channels.email.carriers import SMTP_BACKEND
from campaigns.channels.email.domain.findings import Finding, Sending, domain_of, findings
from campaigns.channels.email.domain.keys import record_of
from campaigns.channels.email.domain.names import Names, Resolver
from crm.business.models import Business
from crm.business.queries import fresh_business
from crm.dialogue.actions import sender_stop, start_sender, stop_sender

DOMAIN = "domain"
"""The cause of a stop that ends by itself, as soon as the records are right."""
BY_ITSELF = "the records are right"


def sending_of(shop: Business) -> Sending:
    """How this installation sends. One query."""
    mailer = settings.MAIL_SERVER or {}
    domain = domain_of(shop.sender_email)
    by_smtp = signs_itself()
    return Sending(
        domain=domain,
        provider="" if by_smtp or not mailer else settings.MAIL_PROVIDER,
        host=str(mailer.get("OPTIONS", {}).get("host", "")) if by_smtp else "",
        returns=settings.INBOUND_DOMAIN,
        dkim=record_of(domain) if by_smtp else None,
    )


def signs_itself() -> bool:
    """Whether we hand mail to a mail server ourselves: providers sign what they send."""
    return (settings.MAIL_SERVER or {}).get("BACKEND") == SMTP_BACKEND


def look(shop: Business, names: Names | None = None) -> list[Finding]:
    """What name servers say of the sender's domain now, within some seconds. For pages, and for the step to Live."""
    return findings(sending_of(shop), names or Resolver())


def problems(found: Sequence[Finding]) -> list[Finding]:
    """What must be mended before marketing may leave."""
    return [finding for finding in found if finding.needed and finding.ok is False]


def watch(*, at: datetime, names: Names | None = None) -> None:
    """While Live, marketing waits as long as the records are wrong, and goes on by itself when they are right. Where no
    name server answers nothing changes. Periodic."""
    shop = fresh_business()
    if not shop.live or shop.demo or not settings.MAIL_SERVER:
        return
    found = look(shop, names)
    wrong = problems(found)
    standing = sender_stop()
    if wrong:
        stop_sender(cause=DOMAIN, words=" ".join(f"{one.title}: {one.words}" for one in wrong), sent=at, at=at)
    elif standing and standing.cause == DOMAIN and all(one.ok for one in found if one.needed):
        start_sender(by=BY_ITSELF, at=at)
