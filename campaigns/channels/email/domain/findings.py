"""Whether the records of a sender's domain prove that our mail is its own, and the exact records that would."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr

from django.utils.translation import gettext as _

from campaigns.channels.email.domain.names import Found, Names

INCLUDES = {
    "amazon_ses": "amazonses.com",
    "brevo": "spf.brevo.com",
    "mailersend": "_spf.mailersend.net",
    "mailgun": "mailgun.org",
    "mailjet": "spf.mailjet.com",
    "mandrill": "spf.mandrillapp.com",
    "postmark": "spf.mtasv.net",
    "resend": "amazonses.com",
    "sendgrid": "sendgrid.net",
    "sparkpost": "sparkpostmail.com",
}
"""What each provider of anymail asks to be included in SPF."""


@dataclass(frozen=True, slots=True)
class Record:
    """A DNS record to copy, as it is entered at most registrars: the whole name, the value without quotes."""

    kind: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """`ok` is None where it could not be found out. What is `needed` and wrong keeps marketing waiting while Live."""

    key: str
    title: str
    ok: bool | None
    words: str = ""
    record: Record | None = None
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Sending:
    """How we send: the domain of the sender; the provider's name in anymail, or the host that we hand mail to; the
    domain that our mail comes back to; the DKIM record, if we sign ourselves: its name and value."""

    domain: str
    provider: str = ""
    host: str = ""
    returns: str = ""
    dkim: tuple[str, str] | None = None


def findings(sending: Sending, names: Names) -> list[Finding]:
    """At most seven questions to name servers, each with a time limit."""
    return list(_findings(sending, names)) if sending.domain else []


def _findings(sending: Sending, names: Names) -> Iterator[Finding]:
    yield _spf(sending, names.txt(sending.domain))
    if sending.dkim:
        yield _dkim(sending, sending.dkim, names.txt(sending.dkim[0]))
    yield _dmarc(sending, names.txt(f"_dmarc.{sending.domain}"))
    if sending.returns and not sending.provider:
        yield _return_path(sending, names.mx(sending.returns))
    if sending.host:
        yield _name_of_server(sending, names)


def _spf(sending: Sending, found: Found) -> Finding:
    title = _("%(domain)s says which servers may write for it (SPF)") % {"domain": sending.domain}
    include = INCLUDES.get(sending.provider, "")
    allowed = f"include:{include}" if include else f"a:{sending.host}" if sending.host else "mx"
    records = _beginning(found, "v=spf1")
    if records is None:
        return Finding("spf", title, None)
    if not records:
        record = Record("TXT", sending.domain, f"v=spf1 {allowed} ~all")
        return Finding("spf", title, False, _("There is no such record."), record)
    if len(records) > 1:
        words = _("There are %(n)d such records; with more than one none counts. Leave one.") % {"n": len(records)}
        return Finding("spf", title, False, words)
    terms = records[0].lower().split()
    if "+all" in terms or "all" in terms:
        words = _("It lets everybody write for you, which proves nothing.")
        return Finding("spf", title, False, words, Record("TXT", sending.domain, _closed(records[0])))
    if include and not any(include in term for term in terms):
        record = Record("TXT", sending.domain, _with(records[0], f"include:{include}"))
        return Finding("spf", title, False, _("It does not name your mail provider."), record)
    return Finding("spf", title, True)


def _dkim(sending: Sending, dkim: tuple[str, str], found: Found) -> Finding:
    title = _("%(domain)s shows the key that our mail is signed with (DKIM)") % {"domain": sending.domain}
    record = Record("TXT", *dkim)
    if found is None:
        return Finding("dkim", title, None)
    keys = {_key_of(text) for text in found}
    if _key_of(dkim[1]) in keys:
        return Finding("dkim", title, True)
    words = _("The key there is another.") if keys - {""} else _("There is no such record.")
    return Finding("dkim", title, False, words, record)


def _dmarc(sending: Sending, found: Found) -> Finding:
    title = _("%(domain)s says what to do with forgeries (DMARC)") % {"domain": sending.domain}
    record = Record("TXT", f"_dmarc.{sending.domain}", "v=DMARC1; p=none")
    records = _beginning(found, "v=dmarc1")
    if records is None:
        return Finding("dmarc", title, None)
    if len(records) > 1:
        return Finding("dmarc", title, False, _("There are several such records; with more than one none counts."))
    return Finding("dmarc", title, bool(records), "" if records else _("There is no such record."), record)


def _return_path(sending: Sending, found: Found) -> Finding:
    title = _("Mail that comes back to %(domain)s finds a server (MX)") % {"domain": sending.returns}
    if found is None:
        return Finding("return_path", title, None)
    words = "" if found else _("There is no such record. Add the one that your inbound provider names.")
    return Finding("return_path", title, bool(found), words)


def _name_of_server(sending: Sending, names: Names) -> Finding:
    """It is the server's owner who can mend this, so it keeps nobody waiting."""
    title = _("The address of %(host)s leads back to its name (PTR)") % {"host": sending.host}
    addresses = names.addresses(sending.host)
    if addresses is None:
        return Finding("ptr", title, None, needed=False)
    if not addresses:
        return Finding("ptr", title, False, _("The name has no address."), needed=False)
    known = names.names_of(addresses[0])
    if known is None:
        return Finding("ptr", title, None, needed=False)
    words = "" if known else _("%(address)s has no name. Ask whoever runs the server.") % {"address": addresses[0]}
    return Finding("ptr", title, bool(known), words, needed=False)


def domain_of(address: str) -> str:
    return parseaddr(address)[1].rpartition("@")[2].lower()


def _beginning(found: Found, beginning: str) -> list[str] | None:
    return None if found is None else [text for text in found if text.lower().startswith(beginning)]


def _with(spf: str, term: str) -> str:
    first, *others = spf.split()
    return " ".join((first, term, *others))


def _closed(spf: str) -> str:
    return " ".join("~all" if term.lower() in {"+all", "all"} else term for term in spf.split())


def _key_of(record: str) -> str:
    """The public key of a DKIM record, without the blanks that some registrars put into it."""
    tags = dict(part.strip().partition("=")[::2] for part in record.split(";"))
    return "".join(tags.get("p", "").split())
