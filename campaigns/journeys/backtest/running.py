"""The work of a backtest: claimed by lease, a slice of people at a time; each slice commits how far it is."""

import time
from collections import Counter
from copy import deepcopy
from functools import partial

from campaigns.journeys.backtest import tallies
from campaigns.journeys.backtest.history import people
from campaigns.journeys.models import Backtest
from campaigns.journeys.parse import InvalidDefinition, parse
from crm.contacts.jobs import slices
from crm.contacts.jobs.hand import Hand, work_through
from crm.contacts.models import Contact
from engage.lib import clock

SLICE = 1000
"""People of one transaction, at most."""
SECONDS = 10.0
"""So long it lasts, and with a wait that looks at somebody every hour of a year it takes fewer people than that."""


def run() -> int:
    """Carry out what waits, one at a time; how many were worked on."""
    return work_through(Backtest, carry_out)


def carry_out(job: Backtest) -> None:
    """Work on a leased backtest until it is done. What repeats ends as failed, with why; an error that passes leaves it
    to the next worker."""
    hand = Hand(job)
    with hand.at_work(partial(_fail, hand)):
        while (result := slices.write(partial(_slice, hand))) is not None:
            hand.keep()
            job.result = result
        hand.let_go(state=Backtest.State.DONE, fraction=1.0, finished=clock.now())


def _fail(hand: Hand[Backtest], error: Exception) -> None:
    problem = str(error) if isinstance(error, InvalidDefinition) else type(error).__name__
    hand.let_go(state=Backtest.State.FAILED, problem=problem, finished=clock.now())


def _slice(hand: Hand[Backtest]) -> tallies.Counts | None:
    """One transaction: the lease, the next people, the sums, and how far we are. None where nobody is left."""
    end = time.monotonic() + SECONDS
    hand.lock()
    job = hand.job
    beyond = Contact.objects.filter(pk__gt=job.cursor, pk__lte=job.upto).order_by("pk")
    contacts = list(beyond.values_list("pk", flat=True)[:SLICE])
    if not contacts:
        return None
    definition = parse(job.definition)
    result, origin, last = deepcopy(job.result), f"journey:{job.journey.uid}", contacts[-1]
    for person in people(definition, contacts, since=job.since, until=job.until, besides=origin):
        tallies.count(result, definition, person, job.until, origin=origin)
        if time.monotonic() > end:
            last = person.contact
            break
    Backtest.objects.filter(pk=job.pk).update(result=result)
    hand.move(last - job.cursor, last / job.upto, Counter(), Counter())
    return result
