"""A new domain is warmed up: mail servers trust a sender that they know, so it begins with few marketing messages a day
and doubles them. Off until the owner begins it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm.business.models import Business
from engage.lib import sql

FIRST = 50
DAYS = 14
USEFUL = timedelta(days=DAYS + 1)
"""What waits only for its turn is not too late for so long."""


@dataclass(slots=True)
class Room:
    """How many more may leave today, and when the next day begins. `taken` are those that this chunk took."""

    day: date
    left: int
    until: datetime
    taken: int = 0

    def take(self) -> None:
        self.left -= 1
        self.taken += 1


def limit(day: int) -> int | None:
    """Marketing messages on the `day`th day, the first is 0; None once there is no limit any more."""
    return FIRST * 2**day if day < DAYS else None


def day_of(shop: Business, at: datetime) -> int | None:
    """The number of the day, by the shop's clock; None where no domain is warmed up, or all is done."""
    if shop.warming_since is None:
        return None
    zone = ZoneInfo(shop.timezone)
    day = (at.astimezone(zone).date() - shop.warming_since.astimezone(zone).date()).days
    return day if limit(day) is not None else None


def room(shop: Business, at: datetime) -> Room | None:
    """Today's room, locked until the transaction ends, so that no two workers take the same; None without a limit. Two
    statements, none where nothing is warmed up or nothing leaves."""
    day = day_of(shop, at) if shop.live and not shop.demo else None
    most = None if day is None else limit(day)
    if most is None:
        return None
    zone = ZoneInfo(shop.timezone)
    today = at.astimezone(zone).date()
    sql.run("INSERT INTO campaigns_channels_warmingday (day, taken) VALUES (%s, 0) ON CONFLICT DO NOTHING", [today])
    [(taken,)] = sql.rows("SELECT taken FROM campaigns_channels_warmingday WHERE day = %s FOR UPDATE", [today])
    return Room(today, max(most - taken, 0), datetime.combine(today + timedelta(days=1), time(), zone))


def close(room: Room | None) -> None:
    """Write down what was taken. One statement, none where nothing was."""
    if room and room.taken:
        sql.run("UPDATE campaigns_channels_warmingday SET taken = taken + %s WHERE day = %s", [room.taken, room.day])


def taken_today(shop: Business, at: datetime) -> int:
    """How many left today. One query."""
    today = at.astimezone(ZoneInfo(shop.timezone)).date()
    found = sql.rows("SELECT taken FROM campaigns_channels_warmingday WHERE day = %s", [today])
    return found[0][0] if found else 0
