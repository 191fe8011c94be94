"""A broadcast that does harm pauses itself and says so, from the first message on; made for lists of a few hundred."""

from dataclasses import asdict, dataclass
from datetime import datetime
from math import ceil

from django.utils.translation import gettext as _

from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.withdrawing import stop_now
from engage.lib import live, sql

BRAKE = "brake"
"""Who paused the broadcast, where it paused itself."""
COMPLAINTS, COMPLAINED_SHARE = 2, 0.001
BOUNCES, BOUNCED_SHARE = 5, 0.05


@dataclass(frozen=True, slots=True)
class Harm:
    """Of a broadcast so far, or since somebody looked: handed over to the mail server, marked as spam, refused for good
    because there is no such mailbox, at once or later."""

    delivered: int = 0
    complaints: int = 0
    bounces: int = 0

    def since(self, before: "Harm") -> "Harm":
        return Harm(
            self.delivered - before.delivered, self.complaints - before.complaints, self.bounces - before.bounces
        )


def brake(harm: Harm) -> str:
    """Which brake is to be pulled, '' for none: at the second complaint if that is more than 0.1 % of what was
    delivered, at the fifth hard bounce if that is more than 5 %. Pure."""
    if harm.complaints >= COMPLAINTS and harm.complaints > COMPLAINED_SHARE * harm.delivered:
        return Broadcast.Brake.COMPLAINTS
    if harm.bounces >= BOUNCES and harm.bounces > BOUNCED_SHARE * harm.delivered:
        return Broadcast.Brake.BOUNCES
    return ""


def harm_of(broadcast: Broadcast, *, exactly: bool = False) -> Harm:
    """One query. Unless `exactly`, no more is counted as delivered than it takes to be sure that no brake is pulled."""
    before = broadcast.braked_at.get("delivered", 0)
    params = {
        "origin": broadcast.origin,
        "most": None if exactly else before + 1,
        "a_complaint": ceil(1 / COMPLAINED_SHARE),
        "a_bounce": ceil(1 / BOUNCED_SHARE),
    }
    ((complaints, bounces, delivered),) = sql.rows(_HARM, params)
    return Harm(delivered, complaints, bounces)


def pulls(broadcast: Broadcast, at: datetime) -> int:
    """Pause it, if it does harm. Two queries, and the pause."""
    why = brake(harm_of(broadcast).since(Harm(**broadcast.braked_at)))
    if not why:
        return 0
    broadcast.state, broadcast.state_at, broadcast.state_by, broadcast.brake = Broadcast.State.PAUSED, at, BRAKE, why
    because = str(Broadcast.Brake(why).label)
    stop_now(broadcast, because=because, by=_("its brake"), at=at)
    live.publish("home", {})
    return 1


def looked_at(broadcast: Broadcast) -> dict[str, int]:
    """What somebody knows who says that it is to go on: only more than that pulls the brake again. One query."""
    return asdict(harm_of(broadcast, exactly=True))


_HARM = """
    WITH harm AS MATERIALIZED (
        SELECT (SELECT count(*) FROM crm_dialogue_message
                WHERE direction = 'out' AND origin = %(origin)s AND complained IS NOT NULL) AS complaints,
            (SELECT count(*) FROM crm_dialogue_message
                WHERE direction = 'out' AND origin = %(origin)s AND state IN ('bounced', 'failed')
                  AND detail ->> 'bounce' = 'hard') AS bounces
    )
    SELECT complaints, bounces, (SELECT count(*) FROM (
        SELECT FROM crm_dialogue_message WHERE direction = 'out' AND origin = %(origin)s
          AND state IN ('accepted', 'delivered', 'bounced')
        LIMIT %(most)s::bigint + %(a_complaint)s * complaints + %(a_bounce)s * bounces) AS reached)
    FROM harm
"""
