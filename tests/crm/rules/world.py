"""A small world that rules can be asked of: its registry, its tables, and rules and rows made at random."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection
from hypothesis import strategies as st

from crm.rules import Bag, Field, Kind, Registry, Rows

# A Sunday in London on which the clocks have just gone back: one day ago is 25 wall-clock hours ago.
AT = datetime(2026, 10, 25, 12, 0, tzinfo=ZoneInfo("Europe/London"))
TICK = timedelta(microseconds=1)
# They go forward on this one; and at the first moment two calendars, a day apart, count their days differently.
SPRING = datetime(2026, 3, 29, 12, 0, tzinfo=ZoneInfo("Europe/London"))
CLOCKS = [AT, SPRING, *(AT.astimezone(ZoneInfo(name)) for name in ("Pacific/Kiritimati", "Pacific/Pago_Pago"))]

REGISTRY = Registry("rules_contact")
REGISTRY.add(
    Field("contact.name", "name", Kind.TEXT, "c.name"),
    Field("contact.language", "language", Kind.CHOICE, "c.language", lambda: (("en", "English"), ("zh", "中文"))),
    Field("contact.born", "birthday", Kind.DATE, "c.born"),
    Field("contact.seen", "last visit", Kind.DATETIME, "c.seen"),
    Field("contact.spent", "spending", Kind.NUMBER, "c.spent"),
    Field("contact.vip", "a customer card", Kind.BOOLEAN, "c.vip"),
    Field("contact.tags", "tags", Kind.LIST, "c.tags"),
    Bag("attribute", "attribute", "c.attributes"),
    Rows(
        "order",
        "ordered",
        "rules_order",
        (
            Field("total", "total", Kind.NUMBER, "r.total"),
            Field("note", "note", Kind.TEXT, "r.note"),
            Field("paid", "day of payment", Kind.DATE, "r.paid"),
        ),
    ),
    Rows(
        "event",
        "did",
        "rules_event",
        (Field("name", "name", Kind.TEXT, "r.name"),),
        properties="r.properties",
        named_by="name",
        arrived="r.received",
    ),
)

TABLES = """
CREATE TEMPORARY TABLE rules_contact (id bigint PRIMARY KEY, name varchar(50), language varchar(5), born date,
    seen timestamptz, spent numeric, vip boolean, tags text[], attributes jsonb NOT NULL);
CREATE TEMPORARY TABLE rules_order (id bigint PRIMARY KEY, contact_id bigint, at timestamptz, total numeric(12, 2),
    note text, paid date);
CREATE TEMPORARY TABLE rules_event (id bigint PRIMARY KEY, contact_id bigint, at timestamptz, received timestamptz,
    name varchar(50), properties jsonb NOT NULL)
"""
CONTACT_COLUMNS = ("name", "language", "born", "seen", "spent", "vip", "tags", "attributes")
ORDER_COLUMNS = ("contact_id", "at", "total", "note", "paid")
EVENT_COLUMNS = ("contact_id", "at", "received", "name", "properties")

TEXTS = ["en", "zh", "EN", "O'Brien'; DROP TABLE rules_order; --", "100%", "%s %(x)s", "{}", "\\", "é", "e\u0301"]
TEXTS += ["日本", "𝔘", '"', "5", "5.0", "-0.50", "1e2", " 5", "５", "2026-10-24", "2026-02-30", "0000-01-01", "true"]
NAMES = ["Order Completed", "order completed", "O'%s", "Cart Left"]
NUMBERS = [0, 1, 2, 5, -1, 0.5, -0.5, 5.0, 10, 99.99, 100, 0.1]
DAYS = [date(2026, 10, 25) + timedelta(days=n) for n in (-31, -30, -29, -8, -7, -6, -2, -1, 0, 1, 2, 7, 8)]
DAYS += [date(2026, 3, 29) + timedelta(days=n) for n in (-7, -1, 0, 1)]
DAYS += [date(1990, 2, 28), date(2024, 2, 29)]
SPANS = [{"days": 1}, {"days": 7}, {"days": 30}, {"weeks": 1}, {"hours": 25}, {"minutes": 90}]
LENGTHS = [timedelta(**span) for span in SPANS]
MOMENTS = [
    AT.astimezone(UTC) + sign * span + step for span in LENGTHS for sign in (-1, 1) for step in (-TICK, 0 * TICK)
]
MOMENTS += [SPRING.astimezone(UTC) - span + step for span in LENGTHS for step in (-TICK, 0 * TICK, TICK)]
MOMENTS += [AT.astimezone(UTC), AT.astimezone(UTC) + TICK, AT.astimezone(UTC) - TICK]
MOMENTS += [
    datetime.combine(day, datetime.min.time(), AT.tzinfo).astimezone(UTC) - n * TICK for day in DAYS for n in (0, 1)
]


def create_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)


def fill_tables(world: dict) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE rules_contact, rules_order, rules_event")
        for table, columns in (("contact", CONTACT_COLUMNS), ("order", ORDER_COLUMNS), ("event", EVENT_COLUMNS)):
            for number, row in enumerate(world[table], start=1):
                values = [json.dumps(value) if isinstance(value, dict) else value for value in row]
                marks = ", ".join(["%s"] * (len(columns) + 1))
                cursor.execute(
                    f"INSERT INTO rules_{table} (id, {', '.join(columns)}) VALUES ({marks})", [number, *values]
                )


def maybe(values) -> st.SearchStrategy:
    return st.none() | st.sampled_from(values)


json_values = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(NUMBERS),
    st.sampled_from([*TEXTS, ""]),
    st.lists(st.sampled_from([*TEXTS, 5, None, True]), max_size=3),
    st.sampled_from([{}, {"a": 1}, 1e300, 10**20, 123456.789012]),
)
PROPERTIES = ["total", "milk", "it's", "%s", "日"]
json_objects = st.dictionaries(st.sampled_from(PROPERTIES), json_values, max_size=4)

contacts = st.tuples(
    maybe([*TEXTS, ""]),
    maybe(["en", "zh", ""]),
    maybe(DAYS),
    maybe(MOMENTS),
    st.none() | st.sampled_from(NUMBERS).map(lambda number: Decimal(str(number))),
    maybe([True, False]),
    st.none() | st.lists(maybe(TEXTS), max_size=3),
    json_objects,
)
people = st.none() | st.integers(1, 4)
orders = st.tuples(
    people,
    maybe(MOMENTS),
    st.none() | st.sampled_from(NUMBERS).map(lambda number: Decimal(str(number))),
    maybe([*TEXTS, ""]),
    maybe(DAYS),
)


@st.composite
def events(draw) -> tuple:
    at = draw(maybe(MOMENTS))
    received = at and at + draw(st.sampled_from([timedelta(0), timedelta(days=3)]))
    return draw(people), at, received, draw(st.sampled_from(NAMES)), draw(json_objects)


worlds = st.fixed_dictionaries(
    {
        "contact": st.lists(contacts, min_size=1, max_size=4),
        "order": st.lists(orders, max_size=8),
        "event": st.lists(events(), max_size=8),
    }
)


def compared(*options: tuple[list[str], st.SearchStrategy]) -> st.SearchStrategy:
    return st.one_of(
        st.fixed_dictionaries({"op": st.sampled_from(["is_missing", "is_known"])}),
        *(st.fixed_dictionaries({"op": st.sampled_from(ops), "value": value}) for ops, value in options),
    )


def pairs(values) -> st.SearchStrategy:
    return st.lists(values, min_size=2, max_size=2).map(sorted)


words = st.sampled_from(TEXTS)
numbers = st.sampled_from(NUMBERS)
days = st.sampled_from(DAYS).map(str)
moments = st.sampled_from(MOMENTS).map(datetime.isoformat)
spans = st.sampled_from(SPANS)
text_options = [
    (["is", "is_not", "contains", "starts_with"], words),
    (["is_one_of", "is_none_of"], st.lists(words, min_size=1, max_size=3)),
]
amount_options = [
    (["is", "is_not", "more_than", "less_than", "at_least", "at_most"], numbers),
    (["between"], pairs(numbers)),
]
date_options = [
    (["is", "is_not", "before", "after"], days),
    (["between"], pairs(days)),
    (["in_last", "in_next", "longer_ago"], st.sampled_from(SPANS[:4])),
]
time_options = [
    (["before", "after"], days | moments),
    (["between"], pairs(days) | pairs(moments)),
    (["in_last", "in_next", "longer_ago"], spans),
]
flag_options = [(["is", "is_not"], st.booleans())]
list_options = [(["includes"], st.lists(words, min_size=1, max_size=3))]
choice_options = [
    (["is", "is_not"], st.sampled_from(["en", "zh"])),
    (["is_one_of", "is_none_of"], st.lists(st.sampled_from(["en", "zh"]), min_size=1)),
]
# `before` and the like on JSON mean dates; texts come first for `is`.
json_single = [*text_options, *amount_options, *date_options[1:], *flag_options]
json_compared = compared(*json_single, *list_options)


def about(key: str, name: str, comparison: st.SearchStrategy) -> st.SearchStrategy:
    return comparison.map(lambda comparison: {key: name} | comparison)


row_leaves = {
    "order": st.one_of(
        about("column", "total", compared(*amount_options)),
        about("column", "note", compared(*text_options)),
        about("column", "paid", compared(*date_options)),
        about("column", "at", compared(*time_options)),
    ),
    "event": st.one_of(
        about("column", "name", compared((["is", "is_not"], st.sampled_from(NAMES)))),
        *(about("property", name, json_compared) for name in PROPERTIES),
    ),
}


def grouped(leaves: st.SearchStrategy) -> st.SearchStrategy:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.fixed_dictionaries({"all": st.lists(inner, max_size=3)}),
            st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
            st.fixed_dictionaries({"none": st.lists(inner, min_size=1, max_size=3)}),
        ),
        max_leaves=6,
    )


counts = st.one_of(
    st.fixed_dictionaries({"op": st.sampled_from(amount_options[0][0]), "value": st.integers(0, 3)}),
    st.fixed_dictionaries({"op": st.just("between"), "value": pairs(st.integers(0, 3))}),
)
sums = st.one_of(
    *(st.fixed_dictionaries({"op": st.sampled_from(ops), "value": value}) for ops, value in amount_options)
)
measures = {
    "order": st.one_of(
        st.just({}),
        st.fixed_dictionaries({"count": counts}),
        st.fixed_dictionaries({"sum": about("column", "total", sums)}),
        st.fixed_dictionaries({"first": row_leaves["order"]}),
        st.fixed_dictionaries({"last": row_leaves["order"]}),
    ),
    "event": st.one_of(
        st.just({}),
        st.fixed_dictionaries({"count": counts}),
        st.fixed_dictionaries({"sum": about("property", "total", sums)}),
        st.fixed_dictionaries({"first": about("property", "milk", compared(*json_single))}),
        st.fixed_dictionaries({"last": about("property", "milk", compared(*json_single))}),
    ),
}
windows = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"within": spans}),
    st.fixed_dictionaries({"between": pairs(days) | pairs(moments)}),
)


@st.composite
def deeds(draw) -> dict:
    key = draw(st.sampled_from(["order", "event"]))
    deed = {"did": key} | draw(windows) | draw(measures[key])
    if draw(st.booleans()):
        deed["where"] = draw(st.lists(grouped(row_leaves[key]), max_size=2))
    if key == "event" and draw(st.booleans()):
        deed["name"] = draw(st.sampled_from(NAMES))
    return deed


contact_leaves = st.one_of(
    about("field", "contact.name", compared(*text_options)),
    about("field", "contact.language", compared(*choice_options)),
    about("field", "contact.born", compared(*date_options)),
    about("field", "contact.seen", compared(*time_options)),
    about("field", "contact.spent", compared(*amount_options)),
    about("field", "contact.vip", compared(*flag_options)),
    about("field", "contact.tags", compared(*list_options)),
    *(about("field", f"attribute.{name}", json_compared) for name in PROPERTIES),
)
rules = grouped(contact_leaves | deeds() | deeds())
event_leaves = st.one_of(*(about("property", name, json_compared) for name in PROPERTIES))
trigger_rules = grouped(contact_leaves | deeds() | event_leaves)
