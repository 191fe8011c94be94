"""What must be in place before anything goes to customers, and how to mend what is not."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.channels.email.domain.findings import Finding
from campaigns.channels.email.domain.names import Names
from campaigns.channels.email.domain.watching import look
from crm.business.models import Business
from engage.lib.outward import is_public

INSIDE = (".local", ".localhost", ".internal", ".lan", ".home.arpa", ".example", ".invalid")
"""Ends of names that only this house knows, or nobody."""


@dataclass(frozen=True)
class Check:
    """`ok` is None where it could not be found out; that stops nobody."""

    title: str
    ok: bool | None
    fix: str = ""
    url: str = ""


def checks(business: Business, names: Names) -> list[Check]:
    """Five checks, and the records of the sender's domain: at most four questions to name servers, and one query."""
    public = urlsplit(settings.PUBLIC_URL)
    return [
        Check(
            _("A sender with a name and an address"),
            bool(business.sender_name and business.sender_email),
            _("Fill in From and Address on this page."),
        ),
        Check(
            _("A postal address at the foot of each message"),
            bool(business.postal_address.strip()),
            _("Write it on the page Business."),
            reverse("settings_business"),
        ),
        Check(
            _("A mail server"),
            settings.MAIL_SERVER is not None,
            _("Start with EMAIL_URL or ANYMAIL_PROVIDER set; the README shows how."),
        ),
        Check(
            _("An address of this product that customers can reach"),
            is_reachable(public.hostname or ""),
            _("Start with PUBLIC_URL set to the address that customers can reach. It is %(now)s now.")
            % {"now": settings.PUBLIC_URL},
        ),
        Check(
            _("Unsubscribing with one click, from within a mail program"),
            public.scheme == "https" and is_reachable(public.hostname or ""),
            _("Start with PUBLIC_URL set to an address that begins with https: mail programs use no other."),
        ),
        *_domain(business, names),
    ]


def is_reachable(host: str) -> bool:
    """Whether a name or an address means the same to everybody, not this machine or this house."""
    try:
        return is_public(ip_address(host))
    except ValueError:
        return "." in host.rstrip(".") and not host.rstrip(".").endswith(INSIDE)


def _domain(business: Business, names: Names) -> list[Check]:
    """What keeps marketing waiting while Live, each with the record to copy."""
    return [Check(one.title, one.ok, _fix(one)) for one in look(business, names) if one.needed]


def _fix(finding: Finding) -> str:
    if finding.record is None:
        return finding.words
    record = {"kind": finding.record.kind, "name": finding.record.name, "value": finding.record.value}
    return finding.words + " " + _('Set a %(kind)s record at %(name)s: "%(value)s"') % record
