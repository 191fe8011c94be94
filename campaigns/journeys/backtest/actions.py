"""A backtest begun."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from campaigns.journeys.backtest import tallies
from campaigns.journeys.models import Backtest, Journey
from campaigns.journeys.naming import written_out
from campaigns.journeys.parse import parse
from crm.contacts.models import Contact
from engage.lib import wake


class AlreadyRunning(ValueError):
    """One of this journey is at work."""


def begin(journey: Journey, *, since: datetime, until: datetime, by: str, at: datetime) -> Backtest:
    """Of the draft as it is now; a worker carries it out. Raises InvalidDefinition, AlreadyRunning."""
    written = written_out(journey.draft)
    definition = parse(written)
    upto = Contact.objects.aggregate(last=Max("pk"))["last"] or 0
    try:
        with transaction.atomic():
            job = Backtest.objects.create(
                journey=journey,
                definition=written,
                since=since,
                until=until,
                upto=upto,
                result=tallies.empty(definition),
                by=by,
                at=at,
                began=at,
            )
    except IntegrityError as error:
        raise AlreadyRunning from error
    transaction.on_commit(lambda: wake.wake("backtests"))
    return job
