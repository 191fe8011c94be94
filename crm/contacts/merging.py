"""Which tables hold rows of a contact, and what must be settled after a merge or its undoing.

Apps register their tables in `ready()`; every registered table has `contact_id` (the present owner, indexed
first) and `recorded_for_id` (never changed).
"""

from collections.abc import Callable, Sequence

type Settle = Callable[[Sequence[int]], None]

tables: list[str] = []
_settlers: list[Settle] = []


def register(table: str, *, after: Settle | None = None) -> None:
    """`after` is called with the ids of the contacts whose rows came or went, inside the transaction."""
    if table not in tables:
        tables.append(table)
        if after is not None:
            settle_with(after)


def settle_with(settler: Settle) -> None:
    """The same call for what is kept of contacts without being recorded for them."""
    if settler not in _settlers:
        _settlers.append(settler)


def settle(contacts: Sequence[int]) -> None:
    for settler in _settlers:
        settler(contacts)
