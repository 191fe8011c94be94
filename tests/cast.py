"""The people of every test: Alice buys and opted in, Bob is silent, Carol has two addresses; Ada answers, Max writes,
Olga owns."""

from datetime import UTC, datetime

from crm.business.models import User
from crm.contacts.models import Contact, Identity

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
"""A Monday."""


def contact(name: str, *emails: str, proof: str = Identity.Proof.LINK, **fields: object) -> Contact:
    person = Contact.objects.create(name=name, first_name=name.split()[0], created=NOON, **fields)
    for email in emails:
        Identity.objects.create(contact=person, recorded_for=person, kind="email", value=email, proof=proof)
    return person


def alice() -> Contact:
    return contact("Alice Moreau", "alice@shop.example", language="en", country="GB")


def bob() -> Contact:
    return contact("Bob Stone", "bob@shop.example")


def carol() -> Contact:
    return contact("Carol Vance", "carol@shop.example", "carol@work.example")


def colleague(name: str, role: str) -> User:
    return User.objects.create_user(f"{name.lower()}@team.example", "correct horse battery", name=name, role=role)


def ada() -> User:
    return colleague("Ada", User.Role.AGENT)


def max_() -> User:
    return colleague("Max", User.Role.MARKETER)


def olga() -> User:
    return colleague("Olga", User.Role.OWNER)
