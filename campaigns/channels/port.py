"""What every channel can do for the speaking belt, in two small interfaces.

A `Channel` knows how to say something: what it can do, which addresses it takes, and how a message is packed. Its
`Carrier` takes what was packed and brings it away. `hand_over` never raises for one parcel's sake: each parcel gets
exactly one Outcome.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from django.utils.functional import Promise

from crm.business.models import Business
from crm.dialogue.outbox import Claimed, Cost, Written


class Fate(StrEnum):
    """What became of a parcel. Only not_handed and deferred may be tried again; unknown may have arrived; placed waits
    where its person will find it."""

    ACCEPTED = "accepted"
    PLACED = "placed"
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
    """`reply` is the other side's answer or the reason, without personal data of ours; `cost` what handing it over
    cost; `until` how long what is placed waits."""

    key: Any
    fate: Fate
    reply: str = ""
    cost: Cost | None = None
    until: datetime | None = None


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


class Outbox:
    """Keeps everything; nothing leaves."""

    leaves = False

    def hand_over(self, parcels: Iterable[Parcel], turn: Turn) -> None:
        turn([Outcome(parcel.key, Fate.KEPT) for parcel in parcels], [])

    def close(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that can be handed over, what is known of its receiver (see `variables.people`), and the one-click
    address for mail programs."""

    message: Claimed
    written: Written
    person: Mapping[str, Any]
    unsubscribe_url: str


class Channel(ABC):
    """One way to reach people, and what it can do: steps and the composer adapt to that."""

    name: str
    label: str | Promise
    """On screen: E-mail, Text message."""
    unknown: str | Promise = ""
    """In a sentence, that we have no address."""
    reached_by: str = ""
    """The kind of identity that gives the address; empty where none is needed."""
    rich: bool = False
    """Shows a design. The others show words, made of the same design or written for them."""
    useful: timedelta | None = None
    """So long after it fell due marketing may still be said; None: as everywhere."""
    longest: int | None = None
    """So many characters of words it takes at most; None: as many as anybody writes."""
    asks_permission: bool = True
    """Whether it needs a person's own yes to a topic before it carries marketing."""
    begins: bool = True
    """Whether we can speak first by it; where not, it carries answers only."""

    def address_problem(self, address: str) -> str:
        """Why nothing can go to this address; empty if it can."""
        return ""

    def missing(self, shop: Business) -> str:
        """What is not set up yet, and where it is; empty where nothing is missing. One query at most."""
        return ""

    def ending(self, *, unsubscribable: bool) -> str:
        """Liquid that stands below all that is said in words; a design has its footer."""
        return ""

    def header_id(self, message: UUID, shop: Business) -> str:
        """What a message is called on the way, where the channel's messages have such names."""
        return ""

    @abstractmethod
    def carrier(self) -> Carrier:
        """The carrier that this installation is configured with. One query at most."""

    @abstractmethod
    def parcel(self, item: Ready, shop: Business) -> Parcel:
        """The message as its carrier understands it."""


_channels: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    _channels[channel.name] = channel


def channel(name: str) -> Channel:
    """Raises KeyError for a channel that nobody registered."""
    return _channels[name]


def names() -> list[str]:
    """Those by which we can speak first."""
    return sorted(name for name, channel in _channels.items() if channel.begins)


def kinds() -> set[str]:
    """The kinds of identity that give an address to some channel."""
    return {channel.reached_by for channel in _channels.values()} - {""}


_NUMBERS_OF_DRAMA = ("+447700900", "+1555555")


def is_demo(address: str) -> bool:
    """Addresses of the demo shop and of documentation (RFC 2606, and numbers kept for stories): nothing ever leaves for
    them."""
    domain = address.rpartition("@")[2].rstrip(".").lower()
    return domain == "example" or domain.endswith(".example") or address.startswith(_NUMBERS_OF_DRAMA)


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
