"""The send ledger's sums: `due = waiting + sent + withheld + failed + unknown`, per origin."""

from collections.abc import Iterable
from dataclasses import dataclass

from crm.dialogue.models import Message
from engage.lib import sql

State = Message.State

TERMS: dict[str, tuple[str, ...]] = {
    "waiting": (State.QUEUED, State.CLAIMED, State.WAITING),
    "sent": (State.ACCEPTED, State.KEPT, State.DELIVERED),
    "withheld": (State.WITHHELD,),
    "failed": (State.FAILED, State.BOUNCED),
    "unknown": (State.UNKNOWN,),
}
"""Each state of an outgoing message stands in exactly one term. In Test, "sent" is called kept in the Outbox."""


@dataclass(frozen=True, slots=True)
class Sums:
    origin: str
    label: str
    due: int
    waiting: int
    sent: int
    withheld: int
    failed: int
    unknown: int
    kept: int

    @property
    def accounted(self) -> int:
        return self.waiting + self.sent + self.withheld + self.failed + self.unknown

    @property
    def adds_up(self) -> bool:
        return self.due == self.accounted


def sums(origins: Iterable[str] | None = None) -> list[Sums]:
    """The sums of these origins, or of all. One query.

    `due` is what was decided, written with the decisions; the terms are counted from the messages. An origin that
    has messages and owes nothing is listed too.
    """
    columns = ", ".join(
        f"count(*) FILTER (WHERE state IN ({', '.join(f"'{state}'" for state in states)})) AS {term}"
        for term, states in TERMS.items()
    )
    chosen = None if origins is None else list(origins)
    query = f"""
        WITH counted AS (
            SELECT origin, {columns}, count(*) FILTER (WHERE state = 'kept') AS kept
            FROM crm_dialogue_message
            WHERE direction = 'out' AND (%(all)s OR origin = ANY(%(chosen)s)) GROUP BY origin
        )
        SELECT origin, COALESCE(o.label, ''), COALESCE(o.due, 0), COALESCE(waiting, 0), COALESCE(sent, 0),
            COALESCE(withheld, 0), COALESCE(failed, 0), COALESCE(unknown, 0), COALESCE(kept, 0)
        FROM counted FULL JOIN (
            SELECT * FROM crm_dialogue_occasion WHERE %(all)s OR origin = ANY(%(chosen)s)
        ) AS o USING (origin) ORDER BY origin
        """  # noqa: S608 only names of ours
    found = sql.rows(query, {"all": chosen is None, "chosen": chosen or []})
    return [Sums(*row) for row in found]
