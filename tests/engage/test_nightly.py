"""What is kept for a while goes at night, and not a day before."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from crm.business.actions import create_key
from crm.business.models import KeptAnswer
from crm.events.models import DeadLetter, Seen
from engage import maintenance
from engage.lib import ids, sql

NIGHT = datetime(2026, 5, 4, 3, 17, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def keep(age: timedelta) -> None:
    key, _text = create_key(kind="api", name="shop")
    KeptAnswer.objects.create(key=key, token="one", digest=b"", status=201, body="{}", at=NIGHT - age)
    Seen.objects.create(key=ids.uuid7(), received=NIGHT - age)
    DeadLetter.objects.create(received=NIGHT - age, source="write", body="{", reason="no JSON", died=NIGHT - age)


def kept() -> tuple[int, int, int]:
    """Answers to repeat, message ids, what could not be read."""
    return KeptAnswer.objects.count(), Seen.objects.count(), DeadLetter.objects.count()


def months(table: str) -> set[str]:
    found = sql.rows("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [table])
    return {name.removeprefix(f"{table}_") for (name,) in found}


@pytest.mark.parametrize(
    ("age", "left"),
    [
        (timedelta(hours=23), (1, 1, 1)),
        (timedelta(hours=25), (0, 1, 1)),
        (timedelta(days=29), (0, 1, 1)),
        (timedelta(days=31), (0, 0, 0)),
    ],
)
def test_a_thing_goes_when_its_time_is_over(age: timedelta, left: tuple[int, int, int]) -> None:
    keep(age)

    with time_machine.travel(NIGHT, tick=False):
        maintenance.nightly()

    assert kept() == left


def test_rendered_messages_are_kept_180_days_and_events_for_ever() -> None:
    with time_machine.travel(NIGHT - timedelta(days=215), tick=False):  # 1 October
        maintenance.nightly()
    with time_machine.travel(NIGHT, tick=False):
        maintenance.nightly()

    assert "2025_10" not in months("crm_dialogue_rendered")
    assert {"2025_11", "2026_05", "2026_06", "2026_07"} <= months("crm_dialogue_rendered")
    assert {"2025_10", "2026_07"} <= months("crm_events_event")
