"""Orders of the past come in as history, and once."""

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.catalog.models import Order, OrderLine, Product
from crm.catalog.past_orders import shifted, whole_days_until
from crm.contacts.models import Contact, Identity
from crm.events.models import Event, Inbox
from engage.lib import clock

pytestmark = pytest.mark.django_db

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
MUG = (
    "1,A1,WHITE MUG ,6,2011-06-01 08:26:00,2.55,17850,France\n1,POST,POSTAGE,1,2011-06-01 08:27:00,3.00,17850,France\n"
)
LONDON = ZoneInfo("Europe/London")


def run(path: Path, *options: str, format: str = "online-retail") -> str:
    out = io.StringIO()
    call_command("import_orders", str(path), "--format", format, *options, stdout=out)
    return out.getvalue()


def written(tmp_path: Path, rows: str, header: str = HEADER) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(header + rows)
    return path


def everything() -> list[list[dict]]:
    models = (Contact, Identity, Product, Order, OrderLine, Event)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_an_invoice_becomes_an_order_with_its_lines_and_products(tmp_path):
    run(written(tmp_path, MUG))
    order = Order.objects.get()
    assert (order.external_id, order.total, order.currency) == ("1", Decimal("18.30"), "GBP")
    assert (order.refund, order.country) == (False, "FR")
    assert order.at == dt.datetime(2011, 6, 1, 8, 26, tzinfo=LONDON)
    assert list(order.lines.values_list("position", "product__external_id", "name", "quantity")) == [
        (1, "A1", "WHITE MUG", 6),
        (2, None, "POSTAGE", 1),
    ]


def test_the_buyer_becomes_a_person_known_by_the_number_of_the_shop(tmp_path):
    run(written(tmp_path, MUG))
    order, identity = Order.objects.get(), Identity.objects.get()
    assert (identity.kind, identity.value, identity.proof) == ("external", "17850", "import")
    assert identity.contact == order.contact
    assert (order.contact.country, order.contact.last_seen) == ("FR", order.at)


def test_each_order_is_an_event_of_history_and_starts_nothing(tmp_path):
    run(written(tmp_path, MUG + "C2,A1,WHITE MUG,-2,2011-06-03 10:00:00,2.55,17850,France\n"))
    bought, returned = Event.objects.order_by("at")
    assert (bought.name, bought.history, bought.source) == ("Order Completed", True, "import")
    assert bought.at == dt.datetime(2011, 6, 1, 8, 26, tzinfo=LONDON)
    assert bought.properties["total"] == 18.3
    assert bought.properties["products"][0] == {
        "product_id": "A1",
        "name": "WHITE MUG",
        "quantity": 6,
        "price": 2.55,
    }
    assert (returned.name, returned.history, returned.properties["total"]) == ("Order Refunded", True, 5.1)
    assert not Inbox.objects.exists()


def test_an_order_of_nobody_we_know_is_counted_and_makes_no_person(tmp_path):
    run(written(tmp_path, "1,A1,MUG,1,2011-06-01 08:26:00,2.55,,Unspecified\n"))
    assert Order.objects.get().contact is None
    assert not Contact.objects.exists()
    assert not Event.objects.exists()


def test_a_second_run_changes_nothing_and_says_so(tmp_path):
    path = written(tmp_path, MUG)
    assert "1 new orders" in run(path)
    before = everything()
    said = run(path, "--shift-to-now")
    assert "0 new orders (0 of them refunds), 1 known before" in said
    assert "0 new people, 0 new products, 0 new lines, 0 new events" in said
    assert everything() == before


def test_what_was_interrupted_goes_on_with_the_shift_it_began_with(tmp_path):
    later = "2,A1,WHITE MUG,1,2011-06-04 09:00:00,2.55,17850,France\n"
    run(written(tmp_path, MUG), "--shift-to-now")
    run(written(tmp_path, MUG + later))
    first, second = Order.objects.order_by("external_id")
    assert second.at.astimezone(LONDON).date() - first.at.astimezone(LONDON).date() == dt.timedelta(days=3)


@pytest.mark.parametrize("last", ["2011-01-15 16:30:00", "2011-07-15 16:30:00"])
def test_shifted_times_end_just_before_now_and_keep_their_hour(tmp_path, last):
    rows = f"1,A1,MUG,1,2010-12-01 08:26:00,2.55,1,France\n2,A1,MUG,1,{last},2.55,1,France\n"
    said = run(written(tmp_path, rows), "--shift-to-now")
    first, second = (order.at.astimezone(LONDON) for order in Order.objects.order_by("at"))
    assert dt.timedelta(0) <= clock.now() - second < dt.timedelta(days=1, hours=1)
    assert (first.hour, first.minute, second.hour, second.minute) == (8, 26, 16, 30)
    assert "every time moved on by" in said


@pytest.mark.parametrize("hour", range(24))
def test_a_shift_over_a_change_of_summer_time_never_ends_in_the_future(hour):
    summer = dt.datetime(2026, 7, 15, 16, 30, tzinfo=LONDON)
    now = dt.datetime(2026, 11, 29, hour, 45, tzinfo=dt.UTC)
    end = shifted(summer, whole_days_until(summer, now))
    assert dt.timedelta(0) <= now - end < dt.timedelta(days=1, hours=1)


def test_what_the_shop_has_changed_since_stays(tmp_path):
    run(written(tmp_path, MUG))
    Product.objects.update(name="Our white mug")
    Contact.objects.update(country="BE")
    run(written(tmp_path, MUG + "2,A1,WHITE MUG,1,2011-06-04 09:00:00,2.55,17850,France\n"))
    assert Product.objects.get().name == "Our white mug"
    assert Contact.objects.get().country == "BE"


def test_a_buyer_who_is_known_already_is_the_same_person(tmp_path):
    alice = Contact.objects.create(name="Alice")
    Identity.objects.create(contact=alice, recorded_for=alice, kind="external", value="17850", proof="server")
    run(written(tmp_path, MUG))
    assert Order.objects.get().contact == alice
    assert Contact.objects.count() == 1


def test_another_shape_of_file_is_refused_as_a_whole(tmp_path):
    with pytest.raises(CommandError, match="The first line should be: InvoiceNo"):
        run(written(tmp_path, "x,y\n", header="a,b\n"))
    with pytest.raises(CommandError, match="no column order_id, at"):
        run(written(tmp_path, "x,y\n", header="quantity,unit_price\n"), format="generic")
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "nowhere.csv")


GENERIC = "order_id,at,email,external_id,product_code,product_name,quantity,unit_price,currency\n"


def test_a_generic_file_needs_only_orders_times_and_prices(tmp_path):
    rows = """\
o1,2026-05-04T09:30,alice@shop.example,77,beans,House beans,2,8.50,EUR
o1,2026-05-04T09:30,alice@shop.example,77,,Gift wrap,1,1.00,EUR
o2,2026-05-05T09:30+02:00,,,beans,House beans,-1,8.50,
"""
    run(written(tmp_path, rows, header=GENERIC), format="generic")
    bought, returned = Order.objects.order_by("external_id")
    assert (bought.total, bought.currency, bought.refund) == (Decimal("18.00"), "EUR", False)
    assert (returned.total, returned.currency, returned.refund, returned.contact) == (
        Decimal("8.50"),
        "GBP",
        True,
        None,
    )
    assert set(bought.contact.identities.values_list("kind", "value")) == {
        ("email", "alice@shop.example"),
        ("external", "77"),
    }
    assert [line.product and line.product.name for line in bought.lines.order_by("position")] == ["House beans", None]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",2026-05-04,,,b,B,1,1,", "has no order_id"),
        ("o1,yesterday,,,b,B,1,1,", "at is no time"),
        ("o1,2026-05-04,nobody,,b,B,1,1,", "e-mail address cannot be used"),
        ("o1,2026-05-04,,,b,B,1.5,1,", "quantity is no whole number"),
        ("o1,2026-05-04,,,b,B,0,1,", "quantity is no whole number"),
        ("o1,2026-05-04,,,b,B,1,NaN,", "unit_price is out of range"),
        ("o1,2026-05-04,,,b,B,1,-1,", "unit_price is below zero"),
        ("o1,2026-05-04,,,b,B,1,1e40,", "unit_price is out of range"),
        ("o1,2026-05-04,,,b,B,999999999,999999999,", "makes its order larger"),
        ("o1,2026-05-04,,,b,B,1,1,EURO", "currency has three letters"),
        ("o0,2026-05-04,,,b,B,-1,1,", "buys and gives back"),
        ("o1,2026-05-04", "has 2 columns"),
    ],
)
def test_a_line_that_cannot_be_taken_is_named_and_its_neighbours_go_through(tmp_path, row, reason):
    good = "o0,2026-05-04,,,b,B,1,1,\n"
    said = run(written(tmp_path, f"{good}{row}\no9,2026-05-04,,,b,B,1,1,\n", header=GENERIC), format="generic")
    assert "2 new orders" in said
    assert f"line 3: {reason}" in said


def test_statements_do_not_grow_with_the_orders(tmp_path):
    def queries(first: int, count: int) -> int:
        numbers = range(first, first + count)
        rows = "".join(f"{n},A{n},MUG,1,2011-06-01 08:26:00,2.55,{n},France\n" for n in numbers)
        path = written(tmp_path, rows)
        with CaptureQueriesContext(connection) as captured:
            run(path)
        return len(captured)

    queries(1, 1)
    assert queries(10, 5) == queries(1000, 900) == 19
