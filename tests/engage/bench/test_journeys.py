"""The measure of many live journeys: events that begin none of them."""

import pytest

from campaigns.journeys.models import Journey
from engage.bench import journeys

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_kind_of_event_has_its_cost_beside_journeys_and_beside_none(monkeypatch):
    monkeypatch.setattr(journeys, "PEOPLE", 40)
    monkeypatch.setattr(journeys, "ROUNDS", 2)
    found = journeys.measure(journeys=24)
    assert (found["journeys"], found["rules"]) == (24, 96)
    assert Journey.objects.filter(state="live").count() == 24
    for kind in journeys.KINDS:
        ratio = found[f"{kind}_ms"] / found[f"{kind}_alone_ms"]
        assert found[f"{kind}_ratio"] == pytest.approx(ratio, abs=0.02)
