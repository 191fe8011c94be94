"""A draft as the inputs of a form, and back: "r-0-1.op" is the operator of the second condition in the first group."""

import json
import re
from collections.abc import Callable, Iterator, Mapping

from django.http import QueryDict

from crm.rules.literals import UNSTORABLE
from crm.rules.tree import GROUPS
from engage.dashboard.rules.draft import DEEPEST, At, Group, Node, Row, walk
from engage.dashboard.rules.values import LONGEST

COMPARED = ("as", "op", "value", "low", "high", "amount", "unit")
COUNTED = ("how", "of", "of_name", "currency", "when", "when_amount", "when_unit", "when_low", "when_high")
INPUTS = ("name", *COMPARED, *COUNTED)
PLACE = re.compile(r"r(?:-[0-9]{1,4})*")

type Get = Callable[[str], str | None]


def prefix(at: At) -> str:
    """What the names of a node's inputs begin with."""
    return "-".join(["r", *map(str, at)])


def place(name: str) -> At | None:
    """Where the node of that prefix stands; None for anything else."""
    return tuple(int(number) for number in name.split("-")[1:]) if PLACE.fullmatch(name) else None


def inputs(root: Node) -> Iterator[tuple[str, str]]:
    """Name and value of every input."""
    for at, node in walk(root):
        if isinstance(node, Group):
            yield f"{prefix(at)}.is", node.how
        else:
            yield f"{prefix(at)}.about", node.about
            yield from ((f"{prefix(at)}.{name}", text) for name, text in node.said.items())


def from_post(data: QueryDict) -> Node | None:
    """The draft that a form held; None where it held none. Several values of one input stand on lines."""
    return _node(lambda name: "\n".join(data.getlist(name))[:LONGEST] if name in data else None, ())


def kept(root: Node | None) -> str:
    """A draft in one hidden input."""
    return json.dumps(dict(inputs(root)), ensure_ascii=False) if root else ""


def from_kept(text: str) -> Node | None:
    """None for what is no draft: it came from outside."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _node(_strings(found).get, ()) if isinstance(found, dict) else None


def _strings(found: Mapping[str, object]) -> dict[str, str]:
    return {name: UNSTORABLE.sub("\ufffd", text)[:LONGEST] for name, text in found.items() if isinstance(text, str)}


def _node(get: Get, at: At) -> Node | None:
    start = prefix(at)
    if (how := get(f"{start}.is")) is not None:
        return Group(how if how in GROUPS else "all", list(_below(get, at)))
    if (about := get(f"{start}.about")) is None:
        return None
    said = {name: text for name in INPUTS if (text := get(f"{start}.{name}"))}
    return Row(about, said, list(_below(get, at)))


def _below(get: Get, at: At) -> Iterator[Node]:
    number = 0
    while len(at) < DEEPEST and (child := _node(get, (*at, number))) is not None:
        yield child
        number += 1
