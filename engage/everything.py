"""Everything we hold about one person, as plain data.

Every table with a contact has its section: those in SECTIONS as people read them; any other as it lies, for the owner.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model, QuerySet

from campaigns.board.models import Suggestion, Vote
from campaigns.contests.models import Comparison, Entry, Share
from campaigns.contests.models import Vote as ContestVote
from campaigns.journeys.models import Enrolment
from campaigns.offers.models import Given
from campaigns.proving.models import Claim
from campaigns.surveys.models import Response, SignUp
from crm.catalog.models import Order
from crm.contacts.models import Consent, Contact, Identity, Imported, Origin, Pause
from crm.contacts.origins import Came
from crm.dialogue.models import Conversation, Mail, Message
from crm.events.models import Event
from crm.leaving.models import Case
from crm.preferences.models import Preference
from crm.segments.models import Membership
from engage.lib.spreadsheets import safe

_MOST = 20_000
_MOST_BYTES = 100 * 1024**2

type Rows = list[dict[str, Any]]


def everything(contact: Contact, *, for_owner: bool = False) -> dict[str, Any]:
    """A query for each section; at most 20,000 rows of each, the latest. What colleagues wrote for each other, and
    tables nobody has put into words yet, only `for_owner`."""
    person = {
        "id": contact.uid,
        "name": contact.name,
        "first_name": contact.first_name,
        "language": contact.language,
        "country": contact.country,
        "timezone": contact.timezone,
        "company": contact.company.name if contact.company else None,
        "since": contact.created,
        "last_seen": contact.last_seen,
        "attributes": contact.attributes,
    }
    found = {name: rows(contact) for name, rows in SECTIONS.values()}
    if for_owner:
        found |= {_name(model): _as_it_lies(model, contact) for model in tables() if model not in SECTIONS}
        found["notes_of_colleagues"] = _messages(contact, notes=True)
    return {"person": person, **found}


def tables() -> list[type[Model]]:
    """Every model whose rows belong to a contact."""
    models = apps.get_models(include_auto_created=True)
    return [model for model in models if any(_is_owner(field) for field in model._meta.local_fields)]


def as_json(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, indent=2, default=str)


def whole_mails(contact: Contact, *, most: int = _MOST_BYTES) -> Iterator[tuple[str, bytes]]:
    """Their mails as they came, with their files: name and bytes, the latest first, `most` bytes of them. One query for
    each."""
    for key in Mail.objects.filter(contact=contact).order_by("-pk").values_list("pk", flat=True)[:_MOST]:
        uid, raw = Mail.objects.values_list("uid", "raw").get(pk=key)
        most -= len(raw)
        if most < 0:
            return
        yield f"mails/{uid}.eml", bytes(raw)


def as_zip(found: dict[str, Any], files: Iterable[tuple[str, bytes]] = ()) -> bytes:
    """The JSON, a CSV of each section, safe against spreadsheet formulas, and the files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("everything.json", as_json(found))
        for name, rows in found.items():
            archive.writestr(f"{name}.csv", _csv([rows] if isinstance(rows, dict) else rows))
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def _is_owner(field: Any) -> bool:
    return isinstance(field, ForeignKey) and field.related_model is Contact and field.name == "contact"


def _name(model: type[Model]) -> str:
    return model._meta.db_table.removeprefix("crm_").removeprefix("campaigns_")


def _as_it_lies(model: type[Model], contact: Contact) -> Rows:
    owners = {field.name for field in model._meta.local_fields if field.related_model is Contact}
    names = [field.name for field in model._meta.local_fields if field.name not in owners]
    return _rows(model._default_manager.filter(contact=contact), *names)


def _csv(rows: Iterable[dict[str, Any]]) -> str:
    out = io.StringIO()
    rows = list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.writer(out)
    writer.writerow(names)
    for row in rows:
        writer.writerow([safe(_cell(row.get(name))) for name in names])
    return out.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return "" if value is None else str(value)


def _rows(found: QuerySet, *names: str) -> Rows:
    return list(found.order_by("-pk").values(*names)[:_MOST])


def _of(model: type[Model], *names: str) -> Callable[[Contact], Rows]:
    return lambda contact: _rows(model._default_manager.filter(contact=contact), *names)


def _messages(contact: Contact, *, notes: bool = False) -> Rows:
    found = Message.objects.filter(contact=contact)
    note = Message.Direction.NOTE
    said = found.filter(direction=note) if notes else found.exclude(direction=note)
    heard = ("opened", "clicked", "replied")
    return _rows(said, "direction", "channel", "address", "subject", "text", "state", "at", *heard)


def _remembered(contact: Contact) -> Rows:
    return _rows(
        Preference.objects.filter(contact=contact).exclude(state=Preference.State.FORGOTTEN),
        *("key__label", "value", "kind", "words", "question", "source_kind", "source_label", "reason", "by", "at"),
        *("state", "mention"),
    )


def _mails(contact: Contact) -> Rows:
    found = Mail.objects.filter(contact=contact).defer("raw").prefetch_related("attachments").order_by("-pk")[:_MOST]
    return [
        {
            "id": mail.uid,
            "at": mail.at,
            "kind": mail.kind,
            "sender": mail.sender,
            "subject": mail.subject,
            "text": mail.text,
            "files": [{"name": file.name, "bytes": file.size} for file in mail.attachments.all()],
        }
        for mail in found
    ]


def _orders(contact: Contact) -> Rows:
    found = Order.objects.filter(contact=contact).prefetch_related("lines").order_by("-id")[:_MOST]
    return [
        {
            "number": order.external_id,
            "at": order.at,
            "total": order.total,
            "currency": order.currency,
            "refund": order.refund,
            "lines": [
                {"name": line.name, "quantity": line.quantity, "price": line.price} for line in order.lines.all()
            ],
        }
        for order in found
    ]


SECTIONS: dict[type[Model], tuple[str, Callable[[Contact], Rows]]] = {
    Identity: ("known_by", _of(Identity, "kind", "value", "proof", "created")),
    Consent: (
        "permissions",
        _of(
            Consent,
            *("channel", "topic__label", "state", "how", "words", "source", "by", "asked", "at", "network_address"),
        ),
    ),
    SignUp: (
        "sign_ups",
        _of(SignUp, "survey__title", "address", "network_address", "origin", "asked", "mailed", "confirmed"),
    ),
    Pause: ("pauses", _of(Pause, "at", "until", "lifted")),
    Preference: ("remembered", _remembered),
    Response: ("answers", _of(Response, "survey__title", "answers", "state", "origin", "finished")),
    Suggestion: ("suggestions", _of(Suggestion, "title", "words", "original", "shown_as", "state", "standing", "at")),
    Vote: ("votes", _of(Vote, "suggestion__title", "tell", "at")),
    Entry: (
        "contest_entries",
        _of(Entry, "contest__survey__title", "caption", "shown_as", "standing", "reason", "place", "result", "at"),
    ),
    ContestVote: (
        "contest_votes",
        _of(ContestVote, "contest__survey__title", "entry__caption", "network", "at"),
    ),
    Comparison: (
        "comparisons",
        _of(Comparison, *("contest__survey__title", "left__caption", "right__caption", "better__caption", "at")),
    ),
    Share: (
        "contest_links",
        _of(Share, *("contest__survey__title", "code", "shares", "visits", "entries", "at")),
    ),
    Claim: ("claims", _of(Claim, "what", "said", "address", "asked", "confirmed")),
    Given: ("offers", _of(Given, "offer__name", "code", "reason", "at", "good_until", "used")),
    Message: ("messages", _messages),
    Mail: ("mails", _mails),
    Conversation: ("conversations", _of(Conversation, "channel", "subject", "state", "opened", "closed")),
    Case: ("may_be_leaving", _of(Case, "kind", "label", "opened", "closed", "outcome")),
    Order: ("orders", _orders),
    Event: ("events", _of(Event, "name", "properties", "context", "at", "source")),
    Enrolment: ("journeys", _of(Enrolment, "journey__name", "shadow", "state", "step", "began", "ended", "outcome")),
    Membership: ("groups", _of(Membership, "segment__name", "since")),
    Origin: (
        "came_from",
        _of(Origin, *(f"{end}_{name}" for end in ("first", "last") for name in ("at", *Came._fields))),
    ),
    Imported: ("imports", _of(Imported, "of__name", "line", "wrote", "at")),
}
"""Which name a table has here, and how its rows read."""
