"""What the demo shop sells: 36 products, three of them sold out, one cheaper than last week."""

from decimal import Decimal
from typing import NamedTuple

from crm.catalog.actions import StatedProduct, save_products
from engage.seeds.shop.scene import Scene

SITE = "https://copperkettle.example"


class Ware(NamedTuple):
    """`price` in pounds. `taste` is what buying it says of somebody: (preference key, value)."""

    code: str
    name: str
    category: str
    price: str
    stock: int = 40
    taste: tuple[str, str] | None = None


DARK, MEDIUM, LIGHT = ("roast", "dark"), ("roast", "medium"), ("roast", "light")
DECAF = ("decaf", "yes")
WARES = (
    Ware("C01", "Harbour Blend, 250 g", "Coffee", "8.50", 120, MEDIUM),
    Ware("C02", "Night Watch, 250 g", "Coffee", "8.50", 96, DARK),
    Ware("C03", "Sidamo, 250 g", "Coffee", "10.50", 44, LIGHT),
    Ware("C04", "Yirgacheffe, 250 g", "Coffee", "11.00", 38, LIGHT),
    Ware("C05", "Huila, 250 g", "Coffee", "9.80", 51, MEDIUM),
    Ware("C06", "Antigua, 250 g", "Coffee", "9.90", 47, MEDIUM),
    Ware("C07", "Mandheling, 250 g", "Coffee", "9.90", 33, DARK),
    Ware("C08", "Monsoon Malabar, 250 g", "Coffee", "9.60", 29, DARK),
    Ware("C09", "Lighthouse Decaf, 250 g", "Coffee", "9.50", 62, DECAF),
    Ware("C10", "Dusk Decaf Espresso, 250 g", "Coffee", "9.80", 27, DECAF),
    Ware("C11", "Kenya Nyeri, 250 g", "Coffee", "11.50", 0, LIGHT),
    Ware("C12", "Geisha, 100 g", "Coffee", "18.00", 0, LIGHT),
    Ware("C13", "Harbour Blend, 1 kg", "Coffee", "29.00", 35, MEDIUM),
    Ware("C14", "Night Watch, 1 kg", "Coffee", "29.00", 31, DARK),
    Ware("T01", "Morning Assam, 100 g", "Tea", "5.80", 70),
    Ware("T02", "Second Flush Darjeeling, 100 g", "Tea", "8.90", 36),
    Ware("T03", "Smoky Lapsang, 100 g", "Tea", "6.90", 24),
    Ware("T04", "Earl Grey with Cornflower, 100 g", "Tea", "6.20", 88),
    Ware("T05", "Sencha, 100 g", "Tea", "7.40", 41),
    Ware("T06", "Jasmine Pearls, 100 g", "Tea", "9.80", 22),
    Ware("T07", "Oolong Tie Guan Yin, 100 g", "Tea", "9.20", 26),
    Ware("T08", "Peppermint, 60 g", "Tea", "4.80", 57, DECAF),
    Ware("T09", "Rooibos with Orange, 100 g", "Tea", "5.40", 49, DECAF),
    Ware("T10", "Genmaicha, 100 g", "Tea", "6.60", 33),
    Ware("E01", "V60 dripper", "Brewing", "9.50", 26, ("brewing", "V60")),
    Ware("E02", "V60 papers, 100", "Brewing", "4.50", 140, ("brewing", "V60")),
    Ware("E03", "French press, 1 l", "Brewing", "24.00", 18, ("brewing", "French press")),
    Ware("E04", "AeroPress", "Brewing", "32.00", 14, ("brewing", "AeroPress")),
    Ware("E05", "Moka pot, 3 cups", "Brewing", "26.00", 12, ("brewing", "moka pot")),
    Ware("E06", "Hand grinder", "Brewing", "46.00", 9, ("grind", "whole beans")),
    Ware("E07", "Gooseneck kettle", "Brewing", "39.00", 0),
    Ware("E08", "Stoneware cup", "Brewing", "12.00", 30),
    Ware("G01", "Gift box, three coffees", "Gifts", "27.00", 45),
    Ware("G02", "Gift box, six teas", "Gifts", "24.00", 40),
    Ware("G03", "Advent calendar of tea", "Gifts", "29.00", 5),
    Ware("G04", "Three months of coffee", "Gifts", "54.00", 60),
)
CHEAPER = {"E06": "38.00"}
"""New prices; seven people had looked before."""

LOOKED_AT_THE_CHEAPER = 7


def by_code() -> dict[str, Ware]:
    return {ware.code: ware for ware in WARES}


def write(scene: Scene) -> None:
    """All products with the old prices, then the new one."""
    save_products([_stated(ware, ware.price) for ware in WARES], by="seed", at=scene.now)
    known = by_code()
    save_products([_stated(known[code], price) for code, price in CHEAPER.items()], by="seed", at=scene.now)


def _stated(ware: Ware, price: str) -> StatedProduct:
    return StatedProduct(
        external_id=ware.code,
        name=ware.name,
        category=ware.category,
        price=Decimal(price),
        currency="GBP",
        stock=ware.stock,
        url=path(ware),
        attributes={"was": ware.price} if price != ware.price else {},
    )


def path(ware: Ware) -> str:
    return f"{SITE}/{ware.category.lower()}/{ware.code.lower()}"
