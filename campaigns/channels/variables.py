"""What a rendering may speak of: the people of a chunk, the shop, and what each occasion adds."""

from collections.abc import Collection, Sequence
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from campaigns.channels import contents
from campaigns.channels.links import NOWHERE
from campaigns.channels.liquid import product_ids, recall_keys
from campaigns.channels.names import STILL_RIGHT
from crm.business.models import Business
from crm.catalog.queries import image_of, in_stock
from crm.dialogue import links as ours
from crm.dialogue.outbox import Claimed
from crm.preferences.recall import Cited, recall
from engage.lib import money, sql
from engage.lib.spoken import first_spoken

type Variables = dict[str, Any]

_THIS_YEAR = timedelta(days=330)


def people(contacts: Collection[int]) -> dict[int, Variables]:
    """`contact` for each of them. What is remembered is no part of it: only `recall` may cite. One query."""
    found = sql.rows(
        "SELECT c.id, c.uid, c.name, c.first_name, c.language, c.country, c.timezone, o.name "
        "FROM crm_contacts_contact AS c LEFT JOIN crm_contacts_company AS o ON o.id = c.company_id "
        "WHERE c.id = ANY(%s)",
        [sorted(contacts)],
    )
    names = ("uid", "name", "first_name", "language", "country", "timezone", "company")
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in found}


def shop_variables(shop: Business) -> Variables:
    """`business`, the same for everybody."""
    names = ("name", "one_word", "postal_address", "sender_name", "sender_email", "colour", "currency", "country")
    return {name: getattr(shop, name) for name in names} | {"url": settings.PUBLIC_URL}


def cited(messages: Sequence[Claimed], at: datetime) -> dict[int, dict[str, Cited]]:
    """By contact, what the contents of these messages may cite. One query, none if nothing is cited."""
    keys = {key for content in {m.content for m in messages if m.content} for key in cited_keys(content)}
    return recall({message.contact for message in messages}, keys, at=at)


@lru_cache(maxsize=512)
def asks_whether_right(content: int) -> bool:
    """Whether a content asks if what it cites is still right. No query once the content is loaded."""
    return any(STILL_RIGHT in slot.source for slot in contents.load(content).slots)


@lru_cache(maxsize=512)
def cited_keys(content: int) -> frozenset[str]:
    """The preference keys that a content may cite. No query once the content is loaded."""
    return frozenset(key for slot in contents.load(content).slots for key in recall_keys(slot.source))


def for_sale(messages: Sequence[Claimed]) -> dict[str, dict[str, str]]:
    """What the contents of these messages show of the shop's products, by id. One query, none if they show none."""
    return items({id for content in {m.content for m in messages if m.content} for id in shown_products(content)})


def items(ids: Collection[str]) -> dict[str, dict[str, str]]:
    """The products that are to be had, as `for_sale` reads them. One query, none for none."""
    return {
        str(product.uid): {
            "name": product.name,
            "price": money.text(product.price, product.currency) if product.price is not None else "",
            "url": product.url,
            "image": image_of(product),
        }
        for product in in_stock(ids)
    }


@lru_cache(maxsize=512)
def shown_products(content: int) -> frozenset[str]:
    """The products that a content shows. No query once the content is loaded."""
    return frozenset(id for slot in contents.load(content).slots for id in product_ids(slot.source))


def recall_variables(facts: dict[str, Cited], at: datetime, message: UUID | None = None) -> Variables:
    """`recall` as the tag reads it: each value with a soft reason, and where `message` asks whether it is right."""
    return {
        key: {
            "value": fact.value,
            "because": because(fact.at, at),
            STILL_RIGHT: ours.still_right_url(message, fact.id) if message else NOWHERE,
        }
        for key, fact in facts.items()
    }


def because(said: datetime, at: datetime) -> str:
    """When they said it, softly: "you mentioned in May"."""
    said_here = timezone.localtime(said)
    year = said_here.year if at - said > _THIS_YEAR else None
    return _because(said_here.month, year, translation.get_language())


@lru_cache(maxsize=1024)
def _because(month: int, year: int | None, _language: str | None) -> str:
    """The same for thousands of recipients. The language is the active one, and part of the key."""
    name = date_format(date(2000, month, 1), "F")
    if year:
        return _("you mentioned in %(month)s %(year)s") % {"month": name, "year": year}
    return _("you mentioned in %(month)s") % {"month": name}


def rating(message: Claimed) -> Variables | None:
    """`rating` as the tag reads it: five ways to say how the conversation went that this message is about, one where
    each character counts; None where it is about none."""
    event = message.variables.get("event") or {}
    about = (event.get("properties") or {}).get("conversation")
    if not about:
        return None
    url = ours.rating_url(str(about))
    if message.channel == "sms":
        return {"text": _("How did we do?"), "answers": [{"label": "★", "url": url}]}
    stars = [{"label": "★" * n, "url": f"{url}?stars={n}"} for n in range(1, 6)]
    return {"text": _("How did we do?"), "answers": stars}


def links(message: Claimed, contact_uid: UUID, at: datetime, *, short: bool = False) -> Variables:
    """The ways out of every message: unsubscribe, what we remember, a person. `short` where each character counts."""
    return {
        "unsubscribe_url": ours.unsubscribe_url(message.uid),
        "memory_url": ours.you_url(message.uid) if short else ours.memory_url(contact_uid, message.uid, at=at),
        "talk_url": ours.talk_url(message.uid),
        "board_url": ours.board_url(message.uid),
    }


def speaking(language: str, default: str) -> Any:
    """The contact's language, if we speak it, for dates and our own words."""
    wanted = first_spoken((language, default)) or settings.LANGUAGE_CODE
    return nullcontext() if wanted == translation.get_language() else translation.override(wanted)
