"""What other rooms add to a contact as REST shows it: each registers its part from its `api.py`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from crm.contacts.models import Contact


@dataclass(frozen=True, slots=True)
class Part:
    """`field` makes the serializer field of the value; `load` gives the values of many contacts, by key, in sets."""

    field: Callable[[str], serializers.Field]
    load: Callable[[Sequence[Contact]], dict[int, Any]]
    nothing: Any


parts: dict[str, Part] = {}


def register(name: str, part: Part) -> None:
    parts.setdefault(name, part)


def fields() -> dict[str, serializers.Field]:
    return {name: part.field(f"shown.{name}") for name, part in parts.items()}


def load(contacts: Sequence[Contact]) -> None:
    """Give each contact its parts, as `shown`. As many queries as the parts need, however many contacts."""
    found = {name: part.load(contacts) for name, part in parts.items()}
    for contact in contacts:
        shown = {name: values.get(contact.pk, parts[name].nothing) for name, values in found.items()}
        contact.shown = shown  # type: ignore[attr-defined]
