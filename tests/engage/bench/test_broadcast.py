"""The measure of one-off messages: everybody is queued, and nothing is left of it."""

import pytest

from campaigns.broadcasts import queueing, releasing
from campaigns.broadcasts.models import Turn
from crm.dialogue.models import Outbox
from engage.bench import broadcast
from tests.cast import contact

pytestmark = pytest.mark.django_db


def test_it_queues_everybody_and_clears_up_after_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing, "SPAN", 7)
    monkeypatch.setattr(releasing, "RESERVE", 5)
    monkeypatch.setattr(broadcast, "REPLIES", 2)
    for number in range(20):
        contact(f"Person {number}")
    found = broadcast.measure()
    assert found["queued"] == 20
    assert found["released_at_once"] <= 5
    assert (Turn.objects.count(), Outbox.objects.count()) == (0, 0)
