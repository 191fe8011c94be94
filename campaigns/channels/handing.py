"""The speaking belt's last stages: mark, hand over, record the outcome.

What a carrier reports is marked turn by turn without waiting for the disk, one mail for each open connection in
flight, and told to the ledger every second. Only this process knows what went out in the last moments before the
database dies: so it keeps all it reported, and writes it again as soon as the database is back. When this process dies
instead, the database has it.
"""

import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from campaigns.channels.email.returned.classify import classify
from campaigns.channels.port import Fate, Outcome
from crm.dialogue import outbox, reports
from crm.dialogue.fold import Bounce
from crm.dialogue.models import Message
from crm.dialogue.outbox import Cost, Settled
from engage.lib import belts, clock, sql

log = logging.getLogger(__name__)

State = Message.State
BACKOFF = (60, 300, 900, 3600, 3600 * 3, 3600 * 6, 3600 * 12)
"""Seconds until a message that the other side put off is tried again; after the last it has failed."""
DURABLE = "SET synchronous_commit = on"
TELL_EVERY = 1.0
"""Seconds that the ledger may be behind what left."""
SERVERS_SAY = re.compile(r"5\d\d ")
LOOK_AGAIN = 0.1
"""Seconds until a process asks again for a database that died under it: it is to be there before others are, because a
database that dies forgets the marks of its last moments."""


class Stopped(Exception):
    """Somebody stopped what was on its way: what is left of the chunk goes back and meets the guards again."""


class Handing:
    """One chunk's way out. `turn` is what the carrier calls; use it in `with`, so that nothing it knows is lost.
    It asks `stops` before anything more is handed over."""

    def __init__(self, token: UUID, attempts: Mapping[int, int], stops: Callable[[], bool]) -> None:
        self._token = token
        self._attempts = attempts
        self._stops = stops
        self._settled: dict[int, Settled] = {}
        self._marked: list[Settled] = []
        self._costs: dict[int, Cost] = {}
        self._in_flight: set[int] = set()
        self._unmarked: set[int] = set()
        self._lost: set[int] = set()
        self._told = time.monotonic()

    def __enter__(self) -> "Handing":
        sql.run("SET synchronous_commit = off")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        try:
            sql.run(DURABLE)
            if error is None or isinstance(error, Stopped):
                self._tell()
                if error:
                    outbox.release(self._token, seconds=0)
                return error is not None
        except belts.PASSING as broken:
            error = broken
        if isinstance(error, belts.PASSING):
            log.warning("the database went away while mail was handed over: %s", type(error).__name__)
            self._catch_up()
            return True
        return False

    def turn(self, outcomes: Sequence[Outcome], handing: Sequence[int]) -> set[int]:
        """Record these outcomes and mark these messages, which may go if they are still ours. Raises Stopped."""
        at = clock.now()
        if stopped := bool(handing) and self._stops():
            handing = ()
        refusals = self._refusals(outcomes)
        results = [self._result(one, refusals.get(one.key), at) for one in outcomes if one.key not in self._lost]
        self._settled |= {result.id: result for result in results}
        costs = {outcome.key: outcome.cost for outcome in outcomes if outcome.cost and outcome.key not in self._lost}
        self._costs |= costs
        self._in_flight -= {outcome.key for outcome in outcomes}
        self._unmarked |= set(handing)
        plain = [result for result in results if not result.why]
        outbox.settle([result for result in results if result.why], at=at)
        reports.accept_refusals(refusals, at=at)
        outbox.keep_costs(costs)
        ours = outbox.mark(plain, handing, token=self._token, at=at)
        self._unmarked.clear()
        self._marked += plain
        self._lost.update(set(handing) - ours)
        self._in_flight |= ours
        if time.monotonic() - self._told > TELL_EVERY:
            self._tell()
        if stopped:
            raise Stopped
        return ours

    def _tell(self) -> None:
        outbox.settle(self._marked, at=clock.now())
        self._marked.clear()
        self._told = time.monotonic()

    def _refusals(self, outcomes: Sequence[Outcome]) -> dict[int, Bounce]:
        """What servers said who took none of these, so that the returning belt draws what follows from it."""
        refused = [one for one in outcomes if one.fate is Fate.REFUSED and one.key not in self._lost]
        return {one.key: classify(one.reply) for one in refused if SERVERS_SAY.match(one.reply)}

    def _catch_up(self) -> None:
        """What was settled is; what was in flight and not heard of may have arrived; the rest never left, and goes back
        where nobody else has it by now. For as long as it takes: nobody else knows."""
        for message in self._in_flight:
            self._settled.setdefault(message, Settled(message, State.UNKNOWN, "interrupted"))
        while True:
            try:
                connection.close()
                back = self._unmarked & outbox.leased(self._token) - self._settled.keys()
                waiting = [Settled(message, State.WAITING, until=clock.now()) for message in back]
                outbox.settle([*self._settled.values(), *waiting], at=clock.now())
                outbox.keep_costs(self._costs)
                outbox.release(self._token, seconds=0)
                return
            except belts.PASSING:
                time.sleep(LOOK_AGAIN)

    def _result(self, outcome: Outcome, refusal: Bounce | None, at: datetime) -> Settled:
        """What an outcome makes of its message; putting off ends after the last back-off."""
        detail = {"reply": outcome.reply[:200]} | ({"bounce": refusal.kind} if refusal else {})
        attempts = self._attempts[outcome.key]
        match outcome.fate:
            case Fate.ACCEPTED | Fate.KEPT:
                return Settled(outcome.key, outcome.fate.value, at=at)
            case Fate.PLACED:
                return Settled(outcome.key, State.WAITING, "next_visit", {}, outcome.until)
            case Fate.REFUSED:
                return Settled(outcome.key, State.FAILED, "refused", detail)
            case Fate.UNKNOWN:
                return Settled(outcome.key, State.UNKNOWN, "connection_lost", detail)
            case Fate.DEFERRED | Fate.NOT_HANDED if attempts <= len(BACKOFF):
                why = "deferred" if outcome.fate is Fate.DEFERRED else "unreachable"
                return Settled(outcome.key, State.WAITING, why, detail, at + timedelta(seconds=BACKOFF[attempts - 1]))
            case _:
                return Settled(outcome.key, State.FAILED, "refused", detail)
