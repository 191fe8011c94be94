"""A year on the shop's website, as a plan: about 9,000 events with orders, searches and carts left."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from engage.seeds.shop import origins
from engage.seeds.shop.chance import lot
from engage.seeds.shop.orders import YEAR, Line, PlannedOrder
from engage.seeds.shop.people import Group, Person, of
from engage.seeds.shop.products import CHEAPER, LOOKED_AT_THE_CHEAPER, SITE, WARES, Ware, by_code, path
from engage.seeds.shop.scene import Scene

type Item = dict[str, Any]

SEARCHES = 610
CARTS_LEFT = 140
STROLLS = 1200
"""Visits that led to nothing, two to five pages each."""

QUERIES = (
    "decaf", "v60", "oat milk", "grinder", "dark roast", "geisha", "loose leaf", "gift", "subscription", "aeropress",
    "lapsang", "matcha", "whole beans", "opening hours", "moka", "café descafeinado", "té verde", "龙井", "papers",
)  # fmt: skip
PAGES = (
    ("/", "Copper Kettle"),
    ("/coffee/", "Coffee"),
    ("/tea/", "Tea"),
    ("/brewing/", "Brewing"),
    ("/gifts/", "Gifts"),
    ("/about/", "Who we are"),
    ("/brew-guides/v60/", "How we brew a V60"),
    ("/delivery/", "Delivery"),
)


def plan(scene: Scene, orders: list[PlannedOrder]) -> list[Item]:
    """Calls of Segment's API in the order in which things happened."""
    rng = lot("the visits")
    items = [
        *(item for order in orders for item in bought(order, rng)),
        *_searches(scene, rng),
        *_carts(scene, rng),
        *_strolls(scene, rng),
        *_looks_at_the_cheaper(scene, rng),
    ]
    items.sort(key=lambda item: (item["timestamp"], item["messageId"]))
    origins.lead(items)
    return items


def bought(order: PlannedOrder, rng: random.Random) -> Iterator[Item]:
    """The visit that ended with an order, and its refund if there was one."""
    who, number = order.person, order.number
    yield page(who, f"{number}-page", order.at - timedelta(minutes=14), *rng.choice(PAGES[:5]))
    for place, line in enumerate(order.lines):
        yield looked(who, f"{number}-look-{place}", order.at - timedelta(minutes=11 - place), line.ware)
    yield item(who, "Checkout Started", f"{number}-checkout", order.at - timedelta(minutes=3), order_id=number)
    yield completed(order)
    if order.refunded:
        yield item(who, "Order Refunded", f"{number}-refund", order.refunded, order_id=number, currency="GBP")


def completed(order: PlannedOrder) -> Item:
    products = [_line(line) for line in order.lines]
    said = {"order_id": order.number, "total": float(order.total), "currency": "GBP", "products": products}
    return item(order.person, "Order Completed", f"{order.number}-order", order.at, **said)


def item(who: Person, event: str, message: str, at: datetime, **properties: object) -> Item:
    """A track call of somebody known, or of a device."""
    return _whose(who) | {
        "type": "track",
        "event": event,
        "messageId": f"demo-{message}",
        "timestamp": at.isoformat(),
        "properties": properties,
    }


def page(who: Person, message: str, at: datetime, path: str, title: str) -> Item:
    return _whose(who) | {
        "type": "page",
        "messageId": f"demo-{message}",
        "timestamp": at.isoformat(),
        "properties": {"path": path, "title": title, "url": SITE + path},
    }


def looked(who: Person, message: str, at: datetime, ware: Ware) -> Item:
    said = {"product_id": ware.code, "name": ware.name, "price": float(ware.price), "url": path(ware)}
    return item(who, "Product Viewed", message, at, **said)


def _whose(who: Person) -> Item:
    return {"userId": who.external} if who.is_known else {"anonymousId": who.device}


def _line(line: Line) -> dict[str, object]:
    ware = line.ware
    return {
        "product_id": ware.code,
        "name": ware.name,
        "category": ware.category,
        "price": float(ware.price),
        "quantity": line.quantity,
    }


def _searches(scene: Scene, rng: random.Random) -> Iterator[Item]:
    for number in range(SEARCHES):
        who, at = _somebody(scene, rng)
        yield item(who, "Products Searched", f"search-{number}", at, query=rng.choice(QUERIES))


def _carts(scene: Scene, rng: random.Random) -> Iterator[Item]:
    wares = [ware for ware in WARES if ware.stock and ware.code not in CHEAPER]
    for number in range(CARTS_LEFT):
        (who, at), ware = _somebody(scene, rng), rng.choice(wares)
        said = {"product_id": ware.code, "name": ware.name, "price": float(ware.price), "quantity": 1}
        yield looked(who, f"cart-{number}-look", at, ware)
        yield item(who, "Product Added", f"cart-{number}-add", at + timedelta(minutes=1), **said)
        checkout = f"cart-{number}-checkout"
        yield item(who, "Checkout Started", checkout, at + timedelta(minutes=2), cart_id=f"cart-{number}")


def _strolls(scene: Scene, rng: random.Random) -> Iterator[Item]:
    wares = [ware for ware in WARES if ware.code not in CHEAPER]
    for number in range(STROLLS):
        who, at = _somebody(scene, rng)
        for place in range(rng.randint(2, 5)):
            moment, name = at + timedelta(minutes=2 * place), f"stroll-{number}-{place}"
            if rng.random() < 0.6:
                yield page(who, name, moment, *rng.choice(PAGES))
            else:
                yield looked(who, name, moment, rng.choice(wares))


def _looks_at_the_cheaper(scene: Scene, rng: random.Random) -> Iterator[Item]:
    """Who looked at what is cheaper now, within the last days, and nobody else."""
    likely = list(of(scene.people, Group.REGULAR, Group.FEW))
    for code in CHEAPER:
        for who in rng.sample(likely, LOOKED_AT_THE_CHEAPER):
            yield looked(who, f"cheaper-{code}-{who.number}", scene.at(rng.randint(2, 9), rng), by_code()[code])


def _somebody(scene: Scene, rng: random.Random) -> tuple[Person, datetime]:
    """Anybody who came before today, at a moment since then."""
    who = rng.choice(scene.people)
    days = scene.days_since(scene.came[who.number]) if who.is_known else YEAR
    return (who, scene.at(rng.randint(1, days), rng)) if days > 1 else _somebody(scene, rng)
