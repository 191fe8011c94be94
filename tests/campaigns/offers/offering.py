"""Offers, and people who are given them."""

from typing import Any

from campaigns.offers import actions
from campaigns.offers.actions import Terms
from campaigns.offers.models import Given, Offer
from crm.contacts.actions import Owner
from crm.contacts.models import Contact
from engage.lib import clock

TERMS = ("name", "words", "lasts_days", "closes", "most")


def offered(name: str = "A bag of beans", **fields: Any) -> Offer:
    terms = {field: fields.pop(field) for field in TERMS if field in fields}
    return actions.make(terms=Terms(name, **terms), by="Max", at=clock.now(), **fields)


def given(offer: Offer, person: Contact, cause: str = "test:1", **fields: Any) -> Given:
    return actions.give(offer=offer, owner=Owner(person.pk, person.pk), cause=cause, at=clock.now(), **fields)


def now(offer: Offer) -> Offer:
    return Offer.objects.get(pk=offer.pk)
