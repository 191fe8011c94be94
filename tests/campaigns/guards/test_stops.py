"""A switch is seen while a chunk is on its way, as far as it stops anything of that chunk."""

import pytest

from campaigns.guards import stops
from campaigns.guards.stops import Stops
from crm.contacts.actions import pause
from crm.dialogue.actions import hold_origin
from crm.dialogue.outbox import Claimed
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stops, "LOOK_EVERY", 0)


def chunk(*classes: str) -> Stops:
    def message(klass: str) -> Claimed:
        claimed = Claimed.unsent(id=1, contact=1, klass=klass, channel="email", topic=None, at=cast.NOON)
        claimed.origin = "bulk"
        return claimed

    return Stops(message(klass) for klass in classes)


def test_while_nothing_is_stopped_a_chunk_goes_on() -> None:
    hold_origin(origin="other", by="Olga", at=cast.NOON)
    assert not chunk("marketing", "transactional")()


@pytest.mark.parametrize(("klass", "stopped"), [("marketing", True), ("transactional", True), ("security", False)])
def test_a_hold_stops_what_a_guard_would_hold_and_nothing_else(klass: str, stopped: bool) -> None:
    hold_origin(origin="bulk", by="Olga", at=cast.NOON)
    assert chunk(klass)() is stopped


@pytest.mark.parametrize(("klass", "stopped"), [("marketing", True), ("transactional", False), ("security", False)])
def test_the_pause_of_everything_stops_marketing(klass: str, stopped: bool) -> None:
    pause(contact=None, until=None, by="Olga", at=cast.NOON)
    assert chunk(klass)() is stopped


def test_answers_and_codes_ask_nothing(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert not chunk("conversation", "security")()
