"""Who says it: a colleague, whoever comes first."""

from collections.abc import Iterable
from datetime import timedelta

from campaigns.channels.port import Fate, Outcome, Parcel, Turn
from crm.dialogue.actions import hand_messages_over
from engage.lib import clock

WITHIN = timedelta(days=2)
"""So soon it is to be said."""


class Colleagues:
    """Makes the tasks of a chunk at once; a message makes one task, however often it comes."""

    leaves = True

    def hand_over(self, parcels: Iterable[Parcel], turn: Turn) -> None:
        errands = {parcel.key: parcel.content for parcel in parcels}
        allowed = turn([], list(errands))
        going = {key: errand for key, errand in errands.items() if allowed is None or key in allowed}
        at = clock.now()
        hand_messages_over({errand.message: errand.words for errand in going.values()}, due=at + WITHIN, at=at)
        outcomes = [Outcome(key, Fate.ACCEPTED if key in going else Fate.NOT_HANDED) for key in errands]
        turn(outcomes, [])

    def close(self) -> None:
        pass
