"""Where it waits for them: in a narrow row, which their next visit finds."""

from collections.abc import Iterable
from datetime import timedelta

from campaigns.channels.onsite.actions import put_out
from campaigns.channels.port import Fate, Outcome, Parcel, Turn
from engage.lib import clock


class Website:
    leaves = True

    def __init__(self, useful: timedelta) -> None:
        self._useful = useful

    def hand_over(self, parcels: Iterable[Parcel], turn: Turn) -> None:
        keys = [parcel.key for parcel in parcels]
        allowed = turn([], keys)
        at = clock.now()
        going = [key for key in keys if allowed is None or key in allowed]
        put_out(going, at=at)
        outcomes = [Outcome(key, Fate.PLACED, until=at + self._useful) for key in going]
        turn([*outcomes, *(Outcome(key, Fate.NOT_HANDED, "stopped") for key in set(keys) - set(going))], [])

    def close(self) -> None:
        pass
