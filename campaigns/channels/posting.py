"""A carrier that makes one HTTP call for each message, several at a time."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import batched

from campaigns.channels.port import Fate, Outcome, Parcel, Turn
from engage.lib.outward import NotReached

WINDOW = 10
TRY_LATER = frozenset({401, 402, 403, 404, 408, 425, 429, 503})
"""The other side took nothing, and it is not the message's fault."""
SILENT = frozenset({Fate.NOT_HANDED, Fate.UNKNOWN})


class Posting:
    """Each window is marked before it goes. After a window of which nobody heard anything the rest stays here."""

    leaves = True

    def hand_over(self, parcels: Iterable[Parcel], turn: Turn) -> None:
        outcomes: list[Outcome] = []
        silence = ""
        with ThreadPoolExecutor(WINDOW) as threads:
            for window in batched(parcels, WINDOW, strict=False):
                if silence:
                    outcomes += [Outcome(parcel.key, Fate.NOT_HANDED, silence) for parcel in window]
                    continue
                keys = [parcel.key for parcel in window]
                allowed = turn(outcomes, keys)
                going = [parcel for parcel in window if allowed is None or parcel.key in allowed]
                stopped = set(keys) - {parcel.key for parcel in going}
                heard = list(threads.map(self.say, going))
                outcomes = [*heard, *(Outcome(key, Fate.NOT_HANDED, "stopped") for key in stopped)]
                if heard and all(outcome.fate in SILENT for outcome in heard):
                    silence = heard[0].reply
        if outcomes:
            turn(outcomes, [])

    def close(self) -> None:
        pass

    def say(self, parcel: Parcel) -> Outcome:
        """Hand over one. It runs in a thread of its own, without the database, and raises nothing."""
        raise NotImplementedError


def not_reached(key: object, error: NotReached) -> Outcome:
    return Outcome(key, Fate.UNKNOWN if error.sent else Fate.NOT_HANDED, error.reason)


def fate_of(status: int) -> Fate:
    """What an answer of HTTP means where nothing more is known."""
    if 200 <= status < 300:
        return Fate.ACCEPTED
    if status in TRY_LATER:
        return Fate.DEFERRED
    return Fate.REFUSED if status < 500 else Fate.UNKNOWN
