"""The stage of the walking belt that keeps what walks in shadow would have sent."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from campaigns.journeys.chunk import Chunk
from campaigns.journeys.definition import OnHold, Send
from campaigns.journeys.preparing import said_in
from engage.lib import sql, wake

COLUMNS = ("enrolment_id", "visit", "step", "class", "channel", "topic_id", "content_id", "drops", "merges",
           "routes", "asked", "due")  # fmt: skip


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
        on_hold = (step.on_hold is OnHold.DROP, step.on_hold is OnHold.MERGE)
        said = said_in(step, prepared, walker.language)
        routes = sql.document(said.get("routes", ()))
        message = (step.klass, step.channels[0], prepared["topic"], said["content"], *on_hold, routes)
        yield walker.enrolment, visit, step.id, *message, at, at
