"""At one moment, or at one time of day wherever people live."""

from datetime import UTC, datetime

import pytest

from campaigns.broadcasts.schedule import starts_at, turn_of, turns

SHOP = "Europe/London"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("send_at", "zone", "expected"),
    [
        ("2026-05-04T08:00", "Europe/London", "2026-05-04T08:00"),  # nine in the morning in summer
        ("2026-05-04T08:00", "America/New_York", "2026-05-04T13:00"),
        ("2026-05-04T08:00", "Pacific/Kiritimati", "2026-05-03T19:00"),
        ("2026-05-04T08:00", "Pacific/Honolulu", "2026-05-04T19:00"),
        ("2026-05-04T08:00", "", "2026-05-04T08:00"),  # unknown: the shop's
        ("2026-05-04T08:00", "Mars/Olympus", "2026-05-04T08:00"),
        ("2026-03-29T00:30", "Europe/London", "2026-03-29T00:30"),
        # 02:30 is skipped in Berlin on that day: the moment clocks jump past it
        ("2026-03-29T01:30", "Europe/Berlin", "2026-03-29T01:00"),
        ("2026-03-08T02:30", "America/New_York", "2026-03-08T07:00"),
        ("2026-11-01T01:30", "America/New_York", "2026-11-01T05:30"),  # the first of two
    ],
)
def test_the_same_time_of_day_for_everybody(send_at: str, zone: str, expected: str) -> None:
    assert turn_of(utc(send_at), "contact", zone, shop=SHOP) == utc(expected)
    assert turn_of(utc(send_at), "business", zone, shop=SHOP) == utc(send_at)


def test_it_begins_where_the_day_begins_first() -> None:
    zones = ["Europe/London", "Asia/Tokyo", "America/New_York"]
    assert starts_at(utc("2026-05-04T08:00"), "contact", zones, shop=SHOP) == utc("2026-05-04T00:00")
    assert starts_at(utc("2026-05-04T08:00"), "business", zones, shop=SHOP) == utc("2026-05-04T08:00")


def test_whose_hour_is_over_is_written_to_at_once() -> None:
    now = utc("2026-05-04T07:00")
    found = turns(utc("2026-05-04T08:00"), "contact", ["Asia/Tokyo", "Europe/London"], shop=SHOP, now=now)
    assert found == {"Asia/Tokyo": now, "Europe/London": utc("2026-05-04T08:00")}
