"""Custom attributes become preferences: noticed, because somebody else than the customer says so."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from crm.contacts.traits import Trait
from crm.preferences.actions import remember
from crm.preferences.keys import LONGEST_KEY
from crm.preferences.models import Preference
from crm.preferences.statement import Statement

_NOT_IN_A_KEY = re.compile(r"\W+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def statement(trait: Trait, key: str) -> Statement:
    return Statement(
        contact=trait.contact,
        recorded_for=trait.recorded_for,
        key=key,
        value=trait.value,
        kind=Preference.Kind.OBSERVED,
        at=trait.at,
        source_kind=trait.source_kind,
        source_id=trait.source_id,
        source_label=trait.source_label,
        by=trait.by,
    )


def remember_traits(traits: Sequence[Trait], *, at: datetime) -> int:
    """See `crm.contacts.traits`, which this is connected to."""
    return len(remember([statement(trait, key) for trait in traits if (key := trait_key(trait.name))], at=at))


@lru_cache(maxsize=4096)
def trait_key(name: str) -> str:
    """The preference key of a trait: "favouriteRoast" and "Favourite roast" are one. Letters of every script."""
    return _NOT_IN_A_KEY.sub("_", _HUMP.sub("_", name).lower()).strip("_")[:LONGEST_KEY].strip("_")
