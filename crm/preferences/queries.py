"""Reads on keys and what is remembered under them. Counts are bounded, so that a page costs the same at any size."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from crm.preferences.models import Preference, PreferenceKey
from engage.lib import sql

MOST_COUNTED = 10_000
MOST_CHARTED = 100_000
MOST_BARS = 12
SEEN_BY = {
    "owner": tuple(PreferenceKey.SeenBy.values),
    "marketer": (PreferenceKey.SeenBy.EVERYONE, PreferenceKey.SeenBy.MARKETERS),
    "agent": (PreferenceKey.SeenBy.EVERYONE,),
}


@dataclass(frozen=True, slots=True)
class Held:
    """A key with how many people have a value, at most MOST_COUNTED + 1, and how many values do not fit its type."""

    key: PreferenceKey
    people: int
    misfits: int


def keys_for(role: str) -> QuerySet[PreferenceKey]:
    """The keys that a colleague of this role may see, by label."""
    return PreferenceKey.objects.filter(seen_by__in=SEEN_BY[role]).order_by("label", "id")


def keys_by_label() -> dict[str, str]:
    """From each label in small letters to its key. One query."""
    return {label.casefold(): key for label, key in PreferenceKey.objects.values_list("label", "key")}


def hidden_from(role: str) -> frozenset[str]:
    """The names of the keys that such a colleague may not see. One query, none for owners."""
    if role == "owner":
        return frozenset()
    return frozenset(PreferenceKey.objects.exclude(seen_by__in=SEEN_BY[role]).values_list("key", flat=True))


def visible_to(role: str) -> Q:
    """The same as a condition on preferences."""
    return Q(key__seen_by__in=SEEN_BY[role])


def may_see(preference: Preference, role: str) -> bool:
    """The same of one, whose `key` must be loaded."""
    return preference.key.seen_by in SEEN_BY[role]


def held(role: str) -> list[Held]:
    """What people have first, by topic and label. Two queries."""
    keys = list(keys_for(role).order_by("topic", "label", "id"))
    counted = sql.rows(
        """
        SELECT k.id, held.people, odd.people FROM unnest(%s::bigint[]) AS k(id),
        LATERAL (SELECT count(*) AS people FROM (
            SELECT FROM crm_preferences_preference AS p WHERE p.key_id = k.id AND p.state = 'active' LIMIT %s
        ) AS found) AS held,
        LATERAL (SELECT count(*) AS people FROM (
            SELECT FROM crm_preferences_preference AS p WHERE p.key_id = k.id AND p.state = 'conflict' LIMIT %s
        ) AS found) AS odd
        """,
        [[key.pk for key in keys], MOST_COUNTED + 1, MOST_COUNTED + 1],
    )
    counts = {pk: found for pk, *found in counted}
    return sorted((Held(key, *counts[key.pk]) for key in keys), key=lambda one: not one.people and not one.misfits)


def shares(key: PreferenceKey) -> list[tuple[str, int]]:
    """The most frequent values with how many people have each, among MOST_CHARTED at most. One query."""
    return [
        (value, people)
        for value, people in sql.rows(
            """
            SELECT value, count(*) FROM (
                SELECT p.value FROM crm_preferences_preference AS p WHERE p.key_id = %s AND p.state = 'active' LIMIT %s
            ) AS held GROUP BY value ORDER BY count(*) DESC, value LIMIT %s
            """,
            [key.pk, MOST_CHARTED, MOST_BARS],
        )
    ]


def misfits(key: PreferenceKey, size: int = 20) -> list[Preference]:
    """The latest values that do not fit the key's type, with the person. One query."""
    found = Preference.objects.filter(key=key, state=Preference.State.CONFLICT).select_related("contact")
    return list(found.order_by("-id")[:size])
