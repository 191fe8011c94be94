"""Changes of the order and the number of blocks, each as a new list. Pure.

A place is where a block may be put: `<container>:<number of blocks before it>`; the container is empty for the whole,
or `<columns>.<column>`, as in `b3.0:2`.
"""

import re
from collections.abc import Iterator
from copy import deepcopy

from campaigns.designs.blocks import BLOCKS, COLUMNS, MOST_BLOCKS, MOST_COLUMNS, OUTERMOST
from campaigns.designs.parse import Json, every_block, new_block

_PLACE = re.compile(r"(?:([a-z0-9]{1,12})\.([0-9]))?:([0-9]{1,3})")


class Refused(ValueError):
    """What cannot be done with these blocks; they are as they were."""


def insert(blocks: list[Json], type: str, place: str) -> tuple[list[Json], str]:
    """An empty block at a place, and its id."""
    if type not in BLOCKS:
        raise Refused
    return put(blocks, new_block(type, "new"), place)


def put(blocks: list[Json], block: Json, place: str) -> tuple[list[Json], str]:
    """A block from elsewhere at a place, under ids of its own, and its id."""
    arranged = deepcopy(blocks)
    if len(list(every_block(arranged))) + len(list(every_block([block]))) > MOST_BLOCKS:
        raise Refused
    named = _renamed(block, arranged)
    container, at = _found(arranged, place, named["type"])
    container.insert(at, named)
    return arranged, named["id"]


def remove(blocks: list[Json], id: str) -> list[Json]:
    arranged = deepcopy(blocks)
    container, at = _where(arranged, id)
    del container[at]
    return arranged


def duplicate(blocks: list[Json], id: str) -> tuple[list[Json], str]:
    """The same once more below it."""
    arranged = deepcopy(blocks)
    container, at = _where(arranged, id)
    if len(list(every_block(arranged))) + len(list(every_block([container[at]]))) > MOST_BLOCKS:
        raise Refused
    named = _renamed(container[at], arranged)
    container.insert(at + 1, named)
    return arranged, named["id"]


def shift(blocks: list[Json], id: str, by: int) -> list[Json]:
    """Up or down among its neighbours; at the end it stays."""
    arranged = deepcopy(blocks)
    container, at = _where(arranged, id)
    container.insert(max(at + by, 0), container.pop(at))
    return arranged


def move(blocks: list[Json], id: str, place: str) -> list[Json]:
    """To a place, as it was numbered before the block left its own."""
    arranged = deepcopy(blocks)
    source, at = _where(arranged, id)
    target, to = _found(arranged, place, source[at]["type"])
    moved = source.pop(at)
    target.insert(to - 1 if target is source and to > at else to, moved)
    return arranged


def widen(blocks: list[Json], id: str) -> list[Json]:
    """One column more."""
    arranged = deepcopy(blocks)
    columns = _columns(arranged, id)
    if len(columns) >= MOST_COLUMNS:
        raise Refused
    columns.append([])
    return arranged


def narrow(blocks: list[Json], id: str) -> list[Json]:
    """One column less; what stood in it goes to the one before."""
    arranged = deepcopy(blocks)
    columns = _columns(arranged, id)
    if len(columns) <= 2:
        raise Refused
    last = columns.pop()
    columns[-1].extend(last)
    return arranged


def one(blocks: list[Json], id: str) -> Json | None:
    """The block with this id."""
    return next((block for block in every_block(blocks) if block["id"] == id), None)


def _columns(blocks: list[Json], id: str) -> list[list[Json]]:
    found = one(blocks, id)
    if found is None or found["type"] != COLUMNS:
        raise Refused
    return found[COLUMNS]


def _containers(blocks: list[Json]) -> Iterator[list[Json]]:
    yield blocks
    for block in blocks:
        yield from block.get(COLUMNS, [])


def _where(blocks: list[Json], id: str) -> tuple[list[Json], int]:
    for container in _containers(blocks):
        for at, block in enumerate(container):
            if block["id"] == id:
                return container, at
    raise Refused


def _found(blocks: list[Json], place: str, type: str) -> tuple[list[Json], int]:
    said = _PLACE.fullmatch(place)
    if said is None:
        raise Refused
    container = blocks
    if said[1]:
        columns = _columns(blocks, said[1])
        if int(said[2]) >= len(columns) or type in OUTERMOST:
            raise Refused
        container = columns[int(said[2])]
    return container, min(int(said[3]), len(container))


def _renamed(block: Json, blocks: list[Json]) -> Json:
    """A copy whose ids are new among `blocks`."""
    taken = {other["id"] for other in every_block(blocks)}
    numbers = (f"b{number}" for number in range(1, 10_000) if f"b{number}" not in taken)
    named = deepcopy(block)
    for inner in every_block([named]):
        inner["id"] = next(numbers)
    return named
