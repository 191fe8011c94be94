"""What is stopped while a chunk is on its way: a switch is obeyed within seconds, however slow the other side is."""

import time
from collections.abc import Iterable

from campaigns.guards.guards import BY_ITSELF
from crm.dialogue.outbox import Claimed
from engage.lib import sql

LOOK_EVERY = 0.5
"""Seconds between two looks."""


class Stops:
    """`Stops(messages)()`: whether anything of them was stopped since they were decided.

    At most two queries a second, none where no switch stops any of them."""

    def __init__(self, messages: Iterable[Claimed]) -> None:
        ours = [message for message in messages if message.klass in BY_ITSELF]
        self._marketing = any(message.klass == "marketing" for message in ours)
        self._origins, self._looked = sorted({message.origin for message in ours}), time.monotonic()

    def __call__(self) -> bool:
        if not self._origins or time.monotonic() - self._looked < LOOK_EVERY:
            return False
        self._looked = time.monotonic()
        ((stopped,),) = sql.rows(_STOPPED, [self._marketing, self._origins])
        return bool(stopped)


_STOPPED = """
    SELECT (%s AND EXISTS (SELECT FROM crm_contacts_pause WHERE contact_id IS NULL AND lifted IS NULL))
        OR EXISTS (SELECT FROM crm_dialogue_hold WHERE lifted IS NULL AND origin = ANY(%s))
"""
