"""What every channel can do for the speaking belt, in two small interfaces.

A `Channel` knows how to say something: what it can show and which addresses it takes. Its `Carrier` takes what was
made and brings it away. `hand_over` never raises for one parcel's sake: each parcel gets exactly one Outcome.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Fate(StrEnum):
    """What became of a parcel. Only not_handed and deferred may be tried again; unknown may have arrived."""

    ACCEPTED = "accepted"
    KEPT = "kept"
    REFUSED = "refused"
    DEFERRED = "deferred"
    NOT_HANDED = "not_handed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message for one address. `key` is the belt's; `content` is what the channel's carrier understands."""

    key: Any
    address: str
    content: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """`reply` is the other side's answer or the reason, without personal data of ours."""

    key: Any
    fate: Fate
    reply: str = ""


Turn = Callable[[Sequence[Outcome], Sequence[Any]], Collection[Any] | None]
"""`turn(outcomes, keys)`: record these outcomes and mark these keys as being handed over, durably, in one step.

It is called before anything of `keys` can reach its receiver, and a last time without keys. It may return the keys
that can still go (None: all); the others come back as not_handed. If it raises, nothing of `keys` is handed over, and
what is still heard of others comes in one last call, whose errors are ignored.
"""


class Carrier(Protocol):
    leaves: bool
    """Whether what it takes really leaves this installation."""

    def hand_over(self, parcels: Iterable[Parcel], turn: Turn) -> None:
        """Hand over all parcels, reporting through `turn`; every key comes back in exactly one outcome."""

    def close(self) -> None:
        """Let go of connections."""


class Channel(Protocol):
    name: str
    shows: frozenset[str]
    """What of a message it can show: subject, html, text, links, replies."""

    def address_problem(self, address: str) -> str:
        """Why nothing can go to this address; empty if it can."""

    def carrier(self) -> Carrier:
        """The carrier that this installation is configured with, one per process."""


_channels: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    _channels[channel.name] = channel


def channel(name: str) -> Channel:
    """Raises KeyError for a channel that nobody registered."""
    return _channels[name]


def names() -> list[str]:
    return sorted(_channels)


def is_demo(address: str) -> bool:
    """Addresses of the demo shop and of documentation (RFC 2606): nothing ever leaves for them."""
    domain = address.rpartition("@")[2].rstrip(".").lower()
    return domain == "example" or domain.endswith(".example")


def hand_over(channel: Channel, carrier: Carrier, parcels: Iterable[Parcel], turn: Turn) -> None:
    """`carrier.hand_over` for the addresses that `channel` takes; the others are refused without being marked."""
    good, refused = [], []
    for parcel in parcels:
        problem = channel.address_problem(parcel.address) if carrier.leaves else ""
        if carrier.leaves and is_demo(parcel.address):
            problem = "a demo address"
        if problem:
            refused.append(Outcome(parcel.key, Fate.REFUSED, problem))
        else:
            good.append(parcel)
    if refused:
        turn(refused, [])
    if good:
        carrier.hand_over(good, turn)
