"""When each person's turn is: at one moment, or at one time of day wherever they live. Pure."""

from collections.abc import Iterable
from datetime import datetime

from campaigns.broadcasts.models import Broadcast
from engage.lib.local_time import moment_of, zone_of


def turn_of(send_at: datetime, clock: str, zone: str, *, shop: str) -> datetime:
    """When somebody in `zone` has their turn. On each person's own clock it is the time of day, and the day, that the
    shop's clock shows at `send_at`; where clocks skip it, the moment they jump past it."""
    if clock == Broadcast.Clock.BUSINESS:
        return send_at
    wall = send_at.astimezone(zone_of(shop)).replace(tzinfo=None)
    return moment_of(wall.replace(tzinfo=zone_of(zone, shop)))


def turns(send_at: datetime, clock: str, zones: Iterable[str], *, shop: str, now: datetime) -> dict[str, datetime]:
    """The turn of each zone, none before now: where the hour is over already, they are written to at once."""
    return {zone: max(now, turn_of(send_at, clock, zone, shop=shop)) for zone in zones}


def starts_at(send_at: datetime, clock: str, zones: Iterable[str], *, shop: str) -> datetime:
    """When the belt has to begin: with the first turn of people in these zones."""
    return min((turn_of(send_at, clock, zone, shop=shop) for zone in zones), default=send_at)
