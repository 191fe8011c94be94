"""Keys: made on first sight with the type of the first value, or by people, who may change them."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from crm.preferences import values
from crm.preferences.models import PreferenceKey
from crm.preferences.statement import Statement

LONGEST_KEY = 60


class Shape(NamedTuple):
    """How a key reads its values."""

    id: int
    type: str
    choices: list[str]


def shapes(statements: Iterable[Statement]) -> dict[str, Shape]:
    """Of all keys that these speak of, made on first sight: not citable until somebody says so. One query, two more
    if there are new ones."""
    first = {statement.key: statement.value for statement in reversed(list(statements))}
    found = _found(first)
    if missing := sorted(first.keys() - found.keys()):
        PreferenceKey.objects.bulk_create(
            [PreferenceKey(key=key, label=label_of(key), type=values.infer(first[key])) for key in missing],
            ignore_conflicts=True,
        )
        found |= _found(missing)
    return found


def label_of(key: str) -> str:
    return key.replace("_", " ").replace("-", " ").capitalize()


def _found(names: Iterable[str] | Mapping) -> dict[str, Shape]:
    rows = PreferenceKey.objects.filter(key__in=sorted(names)).values_list("key", "id", "type", "choices")
    return {key: Shape(*shape) for key, *shape in rows}
