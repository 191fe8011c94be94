"""One row of a contact file, parsed: pure."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email
from phonenumbers import SUPPORTED_REGIONS

from crm.contacts import normal
from crm.contacts.identify import Signature
from crm.contacts.imports.columns import FIELDS, Columns
from crm.contacts.imports.csv_file import Row
from crm.contacts.imports.people import Details
from crm.contacts.imports.saying import moment, yes_or_no
from engage.lib import net

PLAIN_EMAIL = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
"""Addresses that need no closer look; a hundred times as fast as looking."""
RESERVED = re.compile(r"(?:^|[@.])(?:arpa|invalid|local|localhost|onion|test)$", re.IGNORECASE)
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,6})?")
LONGEST_NAME, LONGEST_FIRST_NAME = 200, 100
LONGEST_ATTRIBUTE = 2000


class Refused(ValueError):
    """The row says of nobody we could recognise; the text is the reason."""


@dataclass(slots=True)
class Parsed:
    """A person as one row tells: `notes` say which of its values could not be taken as what they are.

    `permitted` is None where the file has no column about it.
    """

    row: Row
    signature: Signature
    details: Details
    consent_at: datetime | None = None
    consent_address: str | None = None
    permitted: bool | None = None
    unsubscribed: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def addresses(self) -> list[str]:
        """Their e-mail addresses and phone numbers."""
        return [key.value for key in self.signature.proved if key.kind in ("email", "phone")]


class Parser:
    """Parses rows of one file; `country` and `zone` are the shop's, for phones and times without their own."""

    def __init__(self, columns: Columns, *, country: str, zone: ZoneInfo) -> None:
        self._columns = columns
        self._country = country
        self._zone = zone

    def parse(self, row: Row) -> Parsed:
        """Raises Refused."""
        if row.problem:
            raise Refused(row.problem)
        notes: list[str] = []
        details = Details(attributes=self._attributes(row.values))
        signature = self._signature(row.values, details, notes)
        self._describe(row.values, details)
        one = Parsed(row, signature, details, notes=[*row.left_out, *notes])
        self._permission(row.values, one)
        return one

    def _signature(self, values: list[str], details: Details, notes: list[str]) -> Signature:
        keys = [*self._emails(values, notes)]
        if external := self._columns.value(values, "external_id"):
            keys.append(_external_key(external))
        for phone in self._columns.every(values, "phone"):
            if key := phone_key(phone, self._country):
                keys.append(key)
            else:
                notes.append(_("phone number cannot be read; kept as it is written"))
                details.attributes.setdefault("phone", _whole(phone, LONGEST_ATTRIBUTE, "phone"))
        if not keys:
            raise Refused(notes[0] if notes else _("has no e-mail address, phone number or customer number"))
        return Signature(proved=tuple(dict.fromkeys(keys)), proof="import")

    def _emails(self, values: list[str], notes: list[str]) -> Iterator[normal.IdentityKey]:
        """Raises Refused if the first address is none; a further one that is none is noted."""
        for number, text in enumerate(self._columns.every(values, "email")):
            try:
                yield email_key(text)
            except Refused as why:
                if not number:
                    raise
                notes.append(str(why))

    def _permission(self, values: list[str], one: Parsed) -> None:
        value, country = self._columns.value, self._country
        if "permission" in self._columns.fields:
            said = value(values, "permission")
            one.permitted, one.unsubscribed = yes_or_no(said) is True, yes_or_no(said, unsubscribed=True) is True
            one.unsubscribed = one.unsubscribed and not one.permitted
        out = value(values, "unsubscribed")
        left_at = moment(out, country=country, zone=self._zone)
        one.unsubscribed = one.unsubscribed or left_at is not None or yes_or_no(out, unsubscribed=True) is True
        at = moment(value(values, "consent_at"), country=country, zone=self._zone)
        one.consent_at = left_at if one.unsubscribed else at
        written = value(values, "consent_ip")
        one.consent_address = net.address(written)
        if written and one.consent_address is None:
            one.notes.append(_("the network address of the permission cannot be read and was left out"))

    def _describe(self, values: list[str], details: Details) -> None:
        """Raises Refused."""
        value = self._columns.value
        first, last = value(values, "first_name"), value(values, "last_name")
        details.first_name = _whole(first, LONGEST_FIRST_NAME, "first_name")
        details.name = _whole(value(values, "name") or f"{first} {last}".strip(), LONGEST_NAME, "name")
        details.company = _whole(value(values, "company"), LONGEST_NAME, "company")
        for name, read in READERS.items():
            if text := value(values, name):
                setattr(details, name, read(text))
                if not getattr(details, name):
                    details.attributes.setdefault(name, _whole(text, LONGEST_ATTRIBUTE, name))

    def _attributes(self, values: list[str]) -> dict[str, str | list[str]]:
        """Raises Refused."""
        found = ((key, values[place].strip()) for key, place in self._columns.attributes.items())
        return {
            key: _tags(text) if key == "tags" else _whole(text, LONGEST_ATTRIBUTE, key) for key, text in found if text
        }


def email_key(text: str) -> normal.IdentityKey:
    """Raises Refused with the reason."""
    if not PLAIN_EMAIL.fullmatch(text) or RESERVED.search(text) or len(text) > 64:
        try:
            validate_email(text, check_deliverability=False, strict=True)
        except EmailNotValidError as error:
            raise Refused(_("e-mail address cannot be used: %(why)s") % {"why": error}) from error
    key = normal.identity("email", text)
    if key is None:
        raise Refused(_("e-mail address cannot be used"))
    return key


@lru_cache(maxsize=4096)
def phone_key(text: str, country: str) -> normal.IdentityKey | None:
    return normal.identity("phone", text, country=country)


def _external_key(text: str) -> normal.IdentityKey:
    key = normal.identity("external", text)
    if key is None:
        raise Refused(_("customer number cannot be used"))
    return key


def _language(text: str) -> str:
    code = text.replace("_", "-")
    return code if LANGUAGE.fullmatch(code) else ""


def _country(text: str) -> str:
    return text.upper() if text.upper() in SUPPORTED_REGIONS else ""


def _timezone(text: str) -> str:
    return text if text in available() else ""


@lru_cache(maxsize=1)
def available() -> frozenset[str]:
    return frozenset(available_timezones())


READERS: dict[str, Callable[[str], str]] = {"language": _language, "country": _country, "timezone": _timezone}


def _whole(text: str, most: int, what: str) -> str:
    """Nothing is cut: half a name is a false one. Raises Refused."""
    if len(text) > most:
        said = {"what": FIELDS.get(what, what), "most": most, "found": len(text)}
        raise Refused(_("%(what)s is %(found)d characters long; at most %(most)d can be kept") % said)
    return text


def _tags(text: str) -> list[str]:
    """Mailchimp writes `"VIP","Blog"` into one value."""
    return [tag.strip() for tag in next(csv.reader([text]), []) if tag.strip()]
