"""A product is chosen by a search: what fits, with its price and whether it is sold out."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.designs.actions import create_design
from crm.catalog.models import Product
from engage.dashboard.designs.products import FITTING
from tests import cast
from tests.campaigns.designs.documents import TEA, designed
from tests.cast import NOON
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def max_(client: Client) -> None:
    client.force_login(cast.max_())


def product(name: str, **fields: object) -> Product:
    return Product.objects.create(external_id=name.lower(), name=name, price=Decimal("9.20"), currency="GBP", **fields)


def found(client: Client, search: str, field: str = "product", **more: str) -> str:
    asked = {"field": field, f"find_{field}": search, **more}
    response = client.get(reverse("find_products"), asked)
    assert response.status_code == 200
    return response.content.decode()


def test_a_search_finds_by_name_or_code_and_says_price_and_stock(client: Client) -> None:
    blend, _other = product("Night Blend", stock=0), product("Day Roast")
    shown = found(client, "blend")
    assert "Night Blend" in shown and "£9.20, sold out" in shown and "Day Roast" not in shown
    assert f'name="product" value="{blend.uid}"' in shown and "1 product fits" in shown
    assert "Day Roast" in found(client, "day roast") and "Night Blend" not in found(client, "day roast")
    assert "No other product of that name or code." in found(client, "tea")


def test_what_is_chosen_stands_first_whatever_is_searched_for(client: Client) -> None:
    blend = product("Night Blend")
    product("Day Roast")
    shown = found(client, "day", product=str(blend.uid))
    assert shown.index(f'value="{blend.uid}" checked') < shown.index("Day Roast")
    assert "A product that is gone" in found(client, "day", product=TEA)


def test_few_are_shown_and_more_are_told_of(client: Client) -> None:
    for number in range(FITTING + 3):
        product(f"Tea {number:02}")
    shown = found(client, "tea")
    assert shown.count('value="0') == FITTING and "More fit" in shown


@pytest.mark.parametrize("odd", ["\0", "%", "<script>", "x" * 5000])
def test_whatever_is_typed_is_only_searched_for(client: Client, odd: str) -> None:
    product("Night Blend")
    shown = found(client, odd, field=odd, product=odd)
    assert "<script>" not in shown


def test_the_block_offers_what_it_shows_now_and_is_saved_by_its_choice(client: Client) -> None:
    blend, roast = product("Night Blend"), product("Day Roast")
    block = {"type": "product", "product": str(blend.uid), "instead": "", "label": ""}
    contents = {"en": designed(block)}
    design = create_design(kind="designed", name="Offer", language="en", contents=contents, by="Max", at=NOON)
    address = reverse("design", args=[design.uid])
    shown = client.get(address, {"block": "b0"}).content.decode()
    assert f'name="product" value="{blend.uid}" checked' in shown and 'name="find_product"' in shown
    assert "Leave the block out" in shown
    client.post(address, {"block": "b0", "product": str(roast.uid), "instead": str(blend.uid), "find_product": "d"})
    design.refresh_from_db()
    saved = design.contents["en"]["body"]["blocks"][0]
    assert (saved["product"], saved["instead"]) == (str(roast.uid), str(blend.uid))


def test_agents_do_not_write_designs(client: Client) -> None:
    client.force_login(cast.ada())
    assert client.get(reverse("find_products")).status_code == 403


def test_a_search_takes_as_many_queries_for_one_product_as_for_many(client: Client) -> None:
    address = f"{reverse('find_products')}?field=product&find_product=tea"
    product("Tea")
    one = queries_of(client, address)
    for number in range(FITTING):
        product(f"Tea {number}")
    assert queries_of(client, address) == one
