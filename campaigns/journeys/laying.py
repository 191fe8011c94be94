"""Lay steps out as a flow: a lane of cards, below a card that parts a lane for each way, and on where they meet again.

Each step is laid once; where another way comes to it, that way says where it goes on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

type Ways = Mapping[str, Sequence[tuple[str, str]]]
"""Of each step its ways out, (name of the way, step that it leads to), in order."""


@dataclass
class Laid:
    """A step in its lane. `way` is the one that comes to it; where ways meet, "into.<step>", which is all of them.
    With several ways out, `lanes` has one for each."""

    step: str
    way: str
    lanes: list["Lane"] = field(default_factory=list)


@dataclass
class Lane:
    """What a way leads to, up to where it meets its neighbours. `last` is the way out of its last step, '' after an end
    and where the lane has parted for good; `on` is the step laid elsewhere at which it goes on, '' if it does not."""

    way: str
    laid: list[Laid] = field(default_factory=list)
    last: str = ""
    on: str = ""


def into(step: str) -> str:
    """The name of all ways to where several meet."""
    return f"into.{step}"


def lay(start: str, way: str, ways: Ways) -> Lane:
    return _Layer(ways).lane(way, start, "")


def order(lane: Lane) -> Iterator[str]:
    """The steps as they are read: of each card its lanes, then what comes after they met."""
    for laid in lane.laid:
        yield laid.step
        for below in laid.lanes:
            yield from order(below)


class _Layer:
    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self.meets = _meets(ways)
        self.seen: set[str] = set()

    def lane(self, way: str, step: str, until: str) -> Lane:
        lane, came = Lane(way), way
        while step and step != until:
            if step not in self.ways or step in self.seen:
                lane.on, lane.last = step, way
                return lane
            self.seen.add(step)
            laid = Laid(step, came)
            lane.laid.append(laid)
            out = self.ways[step]
            if len(out) == 1:
                came = way = out[0][0]
                step = out[0][1]
            else:
                step = self.part(laid, until)
                way, came = "", into(step)
                if not step:
                    return lane
        lane.last = way
        return lane

    def part(self, laid: Laid, until: str) -> str:
        """Lay the lanes below a card; where they meet, or ''."""
        met = self.meets[laid.step]
        meet = met if met not in self.seen else ""
        laid.lanes = [self.lane(way, to, meet or until) for way, to in self.ways[laid.step]]
        return meet


def _meets(ways: Ways) -> dict[str, str]:
    """For each step the nearest one that everybody comes to who goes on from there, '' if there is none."""
    bits = {step: 1 << number for number, step in enumerate(ways)}
    everything = (1 << len(ways)) - 1
    surely = dict.fromkeys(ways, everything)
    changed = True
    while changed:
        changed = False
        for step in reversed(list(ways)):
            ahead = everything if ways[step] else 0
            for _way, to in ways[step]:
                ahead &= surely.get(to, 0)
            if surely[step] != (found := ahead | bits[step]):
                surely[step], changed = found, True
    return {step: _nearest(step, surely, bits) for step in ways}


def _nearest(step: str, surely: dict[str, int], bits: dict[str, int]) -> str:
    after = [other for other in surely if other != step and surely[step] & bits[other]]
    return max(after, key=lambda other: surely[other].bit_count(), default="")
