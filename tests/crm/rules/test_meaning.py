"""What rules mean, as tables: missing values, window edges, time zones, words against numbers."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from crm.rules import KnownFacts, evaluate, parse
from tests.crm.rules.world import AT, REGISTRY, TICK

NOW = AT.astimezone(UTC)
AUCKLAND = ZoneInfo("Pacific/Auckland")


def holds(data: dict, facts: KnownFacts, at: datetime = AT) -> bool:
    return evaluate(parse(data, registry=REGISTRY), facts, at)


def field_holds(key: str, actual: object, op: str, *value: object, at: datetime = AT) -> bool:
    data = {"field": key, "op": op} | ({"value": value[0]} if value else {})
    return holds(data, KnownFacts({key: actual}), at)


@pytest.mark.parametrize(
    ("key", "op", "value", "when_missing"),
    [
        ("contact.name", "is", "x", False),
        ("contact.name", "is_not", "x", True),
        ("contact.name", "is_one_of", ["x"], False),
        ("contact.name", "is_none_of", ["x"], True),
        ("contact.name", "contains", "x", False),
        ("contact.name", "starts_with", "x", False),
        ("contact.spent", "is_not", 0, True),
        ("contact.spent", "less_than", 5, False),
        ("contact.spent", "at_most", 5, False),
        ("contact.spent", "between", [-5, 5], False),
        ("contact.vip", "is", False, False),
        ("contact.vip", "is_not", True, True),
        ("contact.seen", "before", "2026-01-01", False),
        ("contact.seen", "longer_ago", {"days": 60}, False),
        ("contact.tags", "includes", ["x"], False),
    ],
)
def test_a_missing_value_matches_only_is_not_and_its_kin(key, op, value, when_missing) -> None:
    assert field_holds(key, None, op, value) is when_missing
    leaf = {"field": key, "op": op, "value": value}
    assert holds({"none": [leaf]}, KnownFacts({key: None})) is not when_missing


@pytest.mark.parametrize(
    ("key", "actual", "missing"),
    [
        ("contact.name", None, True),
        ("contact.name", "", True),
        ("contact.name", " ", False),
        ("contact.spent", Decimal(0), False),
        ("contact.vip", False, False),
        ("contact.tags", [], True),
        ("attribute.milk", None, True),
        ("attribute.milk", "", True),
        ("attribute.milk", [], True),
        ("attribute.milk", 0, False),
        ("attribute.milk", False, False),
        ("attribute.milk", {}, False),
    ],
)
def test_empty_text_and_empty_lists_are_missing(key, actual, missing) -> None:
    assert field_holds(key, actual, "is_missing") is missing
    assert field_holds(key, actual, "is_known") is not missing


@pytest.mark.parametrize(
    ("actual", "op", "value", "expected"),
    [
        ("12.50", "more_than", 12, True),
        ("12.50", "is", 12.5, True),
        (12.5, "is", 12.5, True),
        (" 12", "more_than", 1, False),
        ("1e3", "more_than", 1, False),
        ("１２", "more_than", 1, False),
        (True, "is", 1, False),
        (5, "is", "5", False),
        (5, "is_not", "5", True),
        ("true", "is", True, False),
        ("2026-10-24", "before", "2026-10-25", True),
        ("2026-02-30", "before", "2026-10-25", False),
        ("2026-10-24", "is", "2026-10-24", True),
        (["oat", 5], "includes", ["5", "oat"], True),
        (["oat", 5], "includes", ["5"], False),
        ("oat", "includes", ["oat"], False),
        ({"a": 1}, "is", "a", False),
    ],
)
def test_json_counts_as_what_it_is_and_text_that_is_plainly_a_number_as_a_number(actual, op, value, expected) -> None:
    assert field_holds("attribute.milk", actual, op, value) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (NOW, True),
        (NOW + TICK, False),
        (NOW - timedelta(days=1), False),
        (NOW - timedelta(days=1) + TICK, True),
    ],
)
def test_a_window_is_half_open_and_a_day_has_24_hours_when_the_clocks_change(moment, expected) -> None:
    order = {"id": 1, "at": moment, "total": Decimal(1), "note": None, "paid": None}
    assert holds({"did": "order", "within": {"days": 1}}, KnownFacts({}, {"order": [order]})) is expected
    assert field_holds("contact.seen", moment, "in_last", {"days": 1}) is expected


def test_without_a_window_rows_count_up_to_the_time_asked_about() -> None:
    for moment, expected in ((NOW, True), (NOW + TICK, False), (None, False)):
        rows = {"order": [{"id": 1, "at": moment}]}
        assert holds({"did": "order"}, KnownFacts({}, rows)) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 3, 28, 23, 59, 59, 999999, UTC), False),
        (datetime(2026, 3, 29, 0, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 29, 22, 59, 59, 999999, UTC), True),
        (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), False),
    ],
)
def test_a_calendar_day_is_the_shops_day_of_23_hours_when_the_clocks_go_forward(moment, expected) -> None:
    day = ["2026-03-29", "2026-03-29"]
    assert field_holds("contact.seen", moment, "between", day) is expected
    assert holds({"did": "order", "between": day}, KnownFacts({}, {"order": [{"id": 1, "at": moment}]})) is expected


@pytest.mark.parametrize(
    ("op", "value", "first", "last"),
    [
        ("in_last", {"days": 7}, date(2026, 10, 19), date(2026, 10, 25)),
        ("in_next", {"weeks": 1}, date(2026, 10, 26), date(2026, 11, 1)),
        ("between", ["2026-02-28", "2026-02-28"], date(2026, 2, 28), date(2026, 2, 28)),
        ("longer_ago", {"days": 1}, date(1950, 1, 1), date(2026, 10, 24)),
        ("before", "2026-10-25", date(1950, 1, 1), date(2026, 10, 24)),
        ("after", "2024-02-28", date(2024, 2, 29), date(2090, 1, 1)),
    ],
)
def test_dates_are_counted_in_days(op, value, first, last) -> None:
    day = timedelta(days=1)
    found = [field_holds("contact.born", born, op, value) for born in (first - day, first, last, last + day)]
    outside = (first == date(1950, 1, 1), last == date(2090, 1, 1))
    assert found == [outside[0], True, True, outside[1]]


def test_today_is_the_date_where_the_shop_is() -> None:
    at = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)
    new_year = date(2027, 1, 1)
    assert not field_holds("contact.born", new_year, "in_last", {"days": 1}, at=at)
    assert field_holds("contact.born", new_year, "in_last", {"days": 1}, at=at.astimezone(AUCKLAND))
    moment = at - timedelta(hours=2)
    assert field_holds("contact.seen", moment, "before", "2027-01-01", at=at)
    assert field_holds("contact.seen", moment + timedelta(hours=1), "after", "2026-12-31", at=at.astimezone(AUCKLAND))


def test_the_time_asked_about_must_have_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        holds({"all": []}, KnownFacts(), datetime(2026, 1, 1))


@pytest.mark.parametrize(
    ("measure", "totals", "expected"),
    [
        ({}, [], False),
        ({"count": {"op": "is", "value": 0}}, [], True),
        ({"count": {"op": "at_most", "value": 1}}, [None], True),
        ({"sum": {"column": "total", "op": "less_than", "value": 1}}, [], True),
        ({"sum": {"column": "total", "op": "is", "value": 0.3}}, ["0.1", None, "0.2"], True),
        ({"last": {"column": "total", "op": "is_missing"}}, [], True),
        ({"last": {"column": "total", "op": "is_missing"}}, ["5", None], True),
        ({"last": {"column": "total", "op": "is", "value": 5}}, ["9", "5"], True),
        ({"first": {"column": "total", "op": "is", "value": 9}}, ["9", "5"], True),
        ({"first": {"column": "total", "op": "less_than", "value": 9}}, [], False),
    ],
)
def test_a_count_and_a_sum_of_nothing_are_0_and_the_last_of_nothing_is_missing(measure, totals, expected) -> None:
    orders = [{"id": n, "at": NOW, "total": total and Decimal(total)} for n, total in enumerate(totals)]
    assert holds({"did": "order"} | measure, KnownFacts({}, {"order": orders[::-1]})) is expected
