"""The measure of the pages works on whatever there is, and counts their queries."""

import pytest

from engage.bench import pages
from tests import cast

pytestmark = pytest.mark.django_db


def test_each_page_has_its_times_and_its_queries() -> None:
    cast.alice(), cast.bob()
    found = pages.measure(rounds=2)
    searches = {f"search_{what}" for what in ("name", "address", "number", "two_letters", "two_digits", "two_signs")}
    lists = {"list", "narrowed", "seen_lately", "counted"}
    assert set(found) == {*lists, "person", *searches, "search_word_with_one_letter"}
    for figures in found.values():
        assert 0 < figures["p50_ms"] <= figures["p95_ms"] and figures["queries"] > 3
