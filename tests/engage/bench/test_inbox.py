"""The measure of the inbox works at any size, and no page of it fails."""

import pytest

from engage.bench import inbox
from engage.seeds import busy

pytestmark = pytest.mark.django_db


def test_each_list_and_search_has_its_times_and_its_queries() -> None:
    busy.fill(contacts=60, events=0, say=lambda _line: None)
    inbox.fill(60)
    found = inbox.measure(rounds=2)
    assert len(found) == 16
    for figures in found.values():
        assert 0 < figures["p50_ms"] <= figures["p95_ms"] and figures["queries"] > 3
