"""A rule being written: groups and rows of texts as they stand in inputs, finished or not."""

from collections.abc import Iterator
from dataclasses import dataclass, field

type At = tuple[int, ...]
"""Where a node stands: the number of each ancestor among its siblings; () is the whole rule."""

FIELD, BAG, DID, COLUMN, PROPERTY = "field", "bag", "did", "column", "property"
DEEPEST = 60
"""Deeper than any rule may be, so that one that is too deep comes back as it was and says so."""


@dataclass
class Row:
    """One condition. `about` is such as "field:contact.name"; empty while nothing is chosen, and then it asks nothing.

    `said` has its inputs by name, none empty. Of what people did, `where` are the conditions on what counts.
    """

    about: str = ""
    said: dict[str, str] = field(default_factory=dict)
    where: list["Node"] = field(default_factory=list)

    @property
    def place(self) -> str:
        return self.about.partition(":")[0]

    @property
    def key(self) -> str:
        return self.about.partition(":")[2]

    def get(self, name: str) -> str:
        return self.said.get(name, "")


@dataclass
class Group:
    """`how` is all, any or none."""

    how: str = "all"
    of: list["Node"] = field(default_factory=list)


type Node = Row | Group


def below(node: Node) -> list[Node]:
    return node.of if isinstance(node, Group) else node.where


def node_at(root: Node, at: At) -> Node:
    """Raises IndexError."""
    for number in at:
        root = below(root)[number]
    return root


def walk(root: Node, at: At = ()) -> Iterator[tuple[At, Node]]:
    """Every node in the order of the sentence."""
    yield at, root
    for number, child in enumerate(below(root)):
        yield from walk(child, (*at, number))
