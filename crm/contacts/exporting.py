"""People as a file: CSV that is safe to open in a spreadsheet, and JSON; columns chosen, slice by slice."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.contacts import origins
from crm.contacts.models import Consent, Contact, Identity
from crm.contacts.origins import Arrived, Ends
from crm.contacts.queries import origins_of
from engage.lib.spreadsheets import safe


@dataclass(frozen=True)
class Exporting:
    """A slice of people with what their columns need. `identities` by (contact, kind), `permissions` and `origins` by
    contact."""

    identities: Mapping[tuple[int, str], list[str]]
    permissions: Mapping[int, dict[str, str]]
    origins: Mapping[int, Ends]


@dataclass(frozen=True)
class Column:
    label: str | Promise
    value: Callable[[Contact, Exporting], Any]


def _of(kind: str) -> Callable[[Contact, Exporting], Any]:
    return lambda contact, slice: ", ".join(slice.identities.get((contact.pk, kind), ()))


def _from(which: Callable[[Ends], Arrived]) -> Callable[[Contact, Exporting], Any]:
    return lambda contact, slice: (found := slice.origins.get(contact.pk)) and origins.words(which(found).came)


COLUMNS: dict[str, Column] = {
    "id": Column(_("Id"), lambda contact, _slice: str(contact.uid)),
    "name": Column(_("Name"), lambda contact, _slice: contact.name),
    "first_name": Column(_("First name"), lambda contact, _slice: contact.first_name),
    "email": Column(_("E-mail"), _of(Identity.Kind.EMAIL)),
    "phone": Column(_("Phone"), _of(Identity.Kind.PHONE)),
    "external_id": Column(_("The shop's id"), _of(Identity.Kind.EXTERNAL)),
    "company": Column(_("Company"), lambda contact, _slice: contact.company.name if contact.company else ""),
    "language": Column(_("Language"), lambda contact, _slice: contact.language),
    "country": Column(_("Country"), lambda contact, _slice: contact.country),
    "first_origin": Column(_("First came from"), _from(lambda ends: ends.first)),
    "last_origin": Column(_("Last came from"), _from(lambda ends: ends.last)),
    "created": Column(_("First contact"), lambda contact, _slice: contact.created.isoformat()),
    "last_seen": Column(_("Last seen"), lambda contact, _slice: contact.last_seen and contact.last_seen.isoformat()),
    "permissions": Column(_("Permission"), lambda contact, slice: slice.permissions.get(contact.pk, {})),
    "attributes": Column(_("What we remember"), lambda contact, _slice: contact.attributes),
}


def load(contacts: Sequence[Contact]) -> Exporting:
    """Three queries, however many people. Identities without proof are claims, and are left out."""
    identities: dict[tuple[int, str], list[str]] = defaultdict(list)
    for owner, kind, value in (
        Identity.objects.filter(contact__in=contacts)
        .exclude(proof=Identity.Proof.CLAIM)
        .order_by("id")
        .values_list("contact_id", "kind", "value")
    ):
        identities[owner, kind].append(value)
    permissions: dict[int, dict[str, str]] = defaultdict(dict)
    latest = Consent.objects.filter(contact__in=contacts, channel="email").order_by(
        "contact_id", "topic_id", "-at", "-id"
    )
    for owner, topic, state in latest.distinct("contact_id", "topic_id").values_list(
        "contact_id", "topic__key", "state"
    ):
        permissions[owner][topic] = state
    return Exporting(identities, permissions, origins_of([contact.pk for contact in contacts]))


def csv_lines(columns: Sequence[str], slices: Iterable[Sequence[Contact]]) -> Iterator[bytes]:
    """With a byte order mark, without which spreadsheets take UTF-8 for something else; a part for each slice."""
    write = csv.writer(_Line()).writerow
    yield b"\xef\xbb\xbf" + write([str(COLUMNS[key].label) for key in columns])
    for contacts in slices:
        loaded = load(contacts)
        yield b"".join(write([_cell(COLUMNS[key].value(one, loaded)) for key in columns]) for one in contacts)


def json_lines(columns: Sequence[str], slices: Iterable[Sequence[Contact]]) -> Iterator[bytes]:
    """One array of objects; a part for each slice."""
    before = b"[\n"
    for contacts in slices:
        loaded = load(contacts)
        rows = [orjson.dumps({key: COLUMNS[key].value(one, loaded) for key in columns}) for one in contacts]
        yield before + b",\n".join(rows)
        before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"


class _Line:
    """csv.writer hands back what `write` returns."""

    def write(self, line: str) -> bytes:
        return line.encode()


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return safe("; ".join(f"{key}: {_plain(item)}" for key, item in value.items()))
    return safe(str(value)) if value else ""


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
