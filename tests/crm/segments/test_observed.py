"""What rules notice of orders and searches: in the belt, and looking back, with what shows it."""

import json
from datetime import timedelta

import pytest

from crm.catalog.actions import StatedProduct, save_products
from crm.catalog.models import Order
from crm.contacts.models import Contact
from crm.events import actions as events
from crm.events.models import Event
from crm.preferences.models import Preference, PreferenceKey
from crm.segments import observed
from crm.segments.models import ObservedRule
from engage import listen
from engage.lib import clock

pytestmark = pytest.mark.django_db

What = ObservedRule.What
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def shop() -> None:
    wares = (("T1", "Assam", "Tea"), ("T2", "Sencha", "Tea"), ("C1", "Sidamo", "Coffee"))
    save_products([StatedProduct(code, name, category) for code, name, category in wares], by="Olga", at=clock.now())


def rule(what: str = What.CATEGORY, **fields) -> ObservedRule:
    key, _made = PreferenceKey.objects.get_or_create(key="likes", defaults={"label": "Likes"})
    made = ObservedRule(what=what, key=key, **({"times": 2, "days": 90} | fields))
    observed.save_rule(made, by="Olga", at=clock.now())
    ObservedRule.objects.update(reached=None)
    return made


def order(number: int, code: str, *, who: str = "u1", days: int = 0) -> dict:
    properties = {
        "order_id": str(number),
        "total": 9,
        "currency": "GBP",
        "products": [{"product_id": code, "price": 9}],
    }
    at = (clock.now() - days * DAY).isoformat()
    call = {"type": "track", "event": "Order Completed", "userId": who, "timestamp": at}
    return call | {"messageId": f"order-{number}", "properties": properties}


def search(number: int, words: str, who: str = "u1") -> dict:
    call = {"type": "track", "event": "Products Searched", "userId": who, "messageId": f"search-{number}"}
    return call | {"properties": {"query": words}}


def happen(*calls: dict) -> None:
    events.accept(source="write", call="batch", body=json.dumps({"batch": calls}), events=len(calls))
    listen.run()


def noticed() -> list[tuple]:
    return list(Preference.objects.filter(state="active").values_list("value", "kind", "reason"))


def test_buying_from_one_category_again_is_noticed_with_the_orders_that_show_it() -> None:
    rule()
    happen(order(1, "T1", days=3), order(2, "C1", days=2))
    assert noticed() == []

    happen(order(3, "T2"))
    assert noticed() == [("Tea", "observed", "bought from Tea 2 times in 90 days")]
    found = Preference.objects.get()
    shown = {str(uid) for uid in Order.objects.filter(external_id__in=["1", "3"]).values_list("uid", flat=True)}
    assert {evidence["order"] for evidence in found.evidence} == shown
    assert (found.source_kind, Contact.objects.get().attributes) == ("rule", {"likes": "Tea"})


def test_buying_on_says_nothing_new_until_the_taste_changes() -> None:
    rule()
    happen(order(1, "T1", days=5), order(2, "T1", days=4), order(3, "T1", days=3))
    assert Preference.objects.count() == 1
    happen(order(4, "C1"), order(5, "C1"), order(6, "C1"), order(7, "C1"))
    assert list(Preference.objects.order_by("id").values_list("value", "state")) == [
        ("Tea", "superseded"),
        ("Coffee", "active"),
    ]


@pytest.mark.parametrize(
    ("what", "calls", "expected"),
    [
        (What.PRODUCT, [order(1, "T1"), order(2, "T1"), order(3, "T2")], "Assam"),
        (What.PRODUCT, [order(1, "T1"), order(2, "T2")], None),
        (What.SEARCH, [search(1, "Decaf"), search(2, " decaf"), search(3, "tea")], "decaf"),
        (What.SEARCH, [search(1, "decaf"), search(2, "tea"), search(3, " ")], None),
        (What.CATEGORY, [order(1, "T1", days=91), order(2, "T1", days=1)], None),
    ],
)
def test_each_rule_counts_what_it_says(what: str, calls: list[dict], expected: str | None) -> None:
    rule(what)
    happen(*calls)
    assert [value for value, _kind, _reason in noticed()] == ([expected] if expected else [])


def test_a_month_is_only_a_guess_and_says_how_sure_it_is() -> None:
    rule(What.MONTH, category="tea", days=730)
    now = clock.now()
    year = (now - now.replace(year=now.year - 1)).days
    happen(order(1, "T1"), order(2, "T1", days=year), order(3, "T1", days=100), order(4, "C1"))
    guess = Preference.objects.get()
    assert (guess.kind, guess.confidence, guess.value) == ("inferred", 67, now.strftime("%B"))
    assert guess.reason.startswith("2 of 3 such orders")


def test_a_new_rule_looks_back_at_everybody_slice_by_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    for who in range(5):
        happen(order(who * 2, "T1", who=f"u{who}"), order(who * 2 + 1, "T2", who=f"u{who}"))
    made = rule()
    observed.save_rule(made, by="Olga", at=clock.now())
    monkeypatch.setattr(observed, "SLICE", 2)

    assert observed.look_back(at=clock.now(), slices=1) == 1
    assert len(noticed()) == 2
    assert observed.look_back(at=clock.now(), slices=9) == 2
    assert len(noticed()) == 5 and observed.look_back(at=clock.now(), slices=9) == 0


def test_what_is_switched_off_notices_nothing_and_what_was_noticed_stays() -> None:
    made = rule()
    happen(order(1, "T1"), order(2, "T1"))
    observed.switch_rule(made, active=False, by="Olga", at=clock.now())
    happen(order(3, "C1"), order(4, "C1"), order(5, "C1"))
    assert [value for value, *_ in noticed()] == ["Tea"]


@pytest.mark.parametrize("people", [3, 40])
def test_it_costs_the_same_however_many_bought(people: int, django_assert_num_queries) -> None:
    rule()
    happen(*[order(n * 2 + k, "T1", who=f"u{n}") for n in range(people) for k in range(2)])
    Preference.objects.all().delete()
    bought = list(Event.objects.filter(name="Order Completed"))
    with django_assert_num_queries(6):
        observed.notice_preferences(bought, at=clock.now())  # type: ignore[arg-type]
    assert Preference.objects.count() == people


def test_a_chunk_without_orders_and_searches_costs_nothing(django_assert_num_queries) -> None:
    rule()
    happen({"type": "track", "event": "Page Viewed", "userId": "u1", "messageId": "p"})
    seen = list(Event.objects.all())
    with django_assert_num_queries(0):
        observed.notice_preferences(seen, at=clock.now())  # type: ignore[arg-type]


def test_the_ready_rules_are_made_once() -> None:
    for _ in range(2):
        observed.make_ready_rules(by="Engage", at=clock.now())
    assert ObservedRule.objects.count() == 4
