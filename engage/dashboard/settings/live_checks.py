"""What must be in place before anything goes to customers, and how to mend what is not."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import dns.exception
import dns.resolver
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.business.models import Business

LOOKUP_SECONDS = 3.0
type Lookup = Callable[[str], list[str] | None]


@dataclass(frozen=True)
class Check:
    """`ok` is None where it could not be found out; that stops nobody."""

    title: str
    ok: bool | None
    fix: str = ""
    url: str = ""


def checks(business: Business, lookup: Lookup) -> list[Check]:
    """Five checks, the records of the sender's domain among them: at most two name server questions."""
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
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
            _("An address of this product that customers can reach, so that unsubscribing works"),
            host not in {"", "localhost", "127.0.0.1", "::1"} and not host.endswith((".local", ".example")),
            _("Start with PUBLIC_URL set to the address that customers can reach. It is %(now)s now.")
            % {"now": settings.PUBLIC_URL},
        ),
        *_domain(business.sender_email, lookup),
    ]


def _domain(sender: str, lookup: Lookup) -> list[Check]:
    domain = sender.rpartition("@")[2]
    if not domain:
        return []
    spf, dmarc = lookup(domain), lookup(f"_dmarc.{domain}")
    return [
        Check(
            _("%(domain)s says which servers may write for it (SPF)") % {"domain": domain},
            _has(spf, "v=spf1"),
            _("Add the TXT record that your mail provider names, at %(domain)s.") % {"domain": domain},
        ),
        Check(
            _("%(domain)s says what to do with forgeries (DMARC)") % {"domain": domain},
            _has(dmarc, "v=dmarc1"),
            _('Add a TXT record at _dmarc.%(domain)s: "v=DMARC1; p=none"') % {"domain": domain},
        ),
    ]


def _has(records: list[str] | None, beginning: str) -> bool | None:
    return None if records is None else any(text.lower().startswith(beginning) for text in records)


def text_records(name: str) -> list[str] | None:
    """The TXT records of a name; None when no name server answered."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=LOOKUP_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException:
        return None
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]
