"""The stage of the walking belt that keeps what walks in shadow would have sent."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from campaigns.journeys.chunk import Chunk
from campaigns.journeys.definition import OnHold, Send
from engage.lib import sql, wake

COLUMNS = ("enrolment_id", "visit", "step", "class", "channel", "topic_id", "content_id", "drops", "asked", "due")


def note_shadow(chunk: Chunk, *, at: datetime) -> None:
    """A row for each message that would be queued now, to be judged at once. One COPY, none where nobody walks in
    shadow."""
    rows = list(_rows(chunk, at))
    if rows:
        sql.copy("campaigns_journeys_shadowmessage", COLUMNS, rows)
        transaction.on_commit(lambda: wake.wake("shadow"))


def _rows(chunk: Chunk, at: datetime) -> Iterator[tuple]:
    for walker, version, step, visit in chunk.does(Send, shadow=True):
        prepared = version.prepared[step.id]
        drops = step.on_hold is OnHold.DROP
        message = (step.klass, step.channel, prepared["topic"], prepared["content"], drops)
        yield walker.enrolment, visit, step.id, *message, at, at
