"""What happened since yesterday: orders, carts, open conversations, and what waits behind one of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from campaigns.journeys.moments import telling
from crm.preferences.models import Preference
from engage.lib import clock
from engage.seeds import belts, past
from engage.seeds.shop import journeys, talk, waves
from engage.seeds.shop.chance import lot
from engage.seeds.shop.orders import Line, PlannedOrder
from engage.seeds.shop.people import Group, Permission, Person, held_back
from engage.seeds.shop.products import Ware, by_code
from engage.seeds.shop.scene import Scene
from engage.seeds.shop.visits import completed, item, looked

ORDERS = 3
NOT_WRITTEN_TO = (Permission.UNSUBSCRIBED, Permission.REFUSED, Permission.PAUSED, Permission.NEVER)
"""One of each orders too: what we would say is not sent, or waits, and the reason can be read."""

CARTS, REMINDED = 3, 2
HELD_ORDERS = 3
HELD_FOR = timedelta(hours=5)
FIRST_NUMBER = 3001


def happen(scene: Scene, unhappy: Person) -> None:
    """One more journey goes live; then the day takes its course."""
    journeys.switch_on("cart-left", at=scene.now - timedelta(days=40))
    held = held_back(scene.people)
    talk.open_conversations(scene, held, unhappy)
    _keep_ordering(scene, held)
    _leave_carts([held, *_who_brews(scene, held)], ago=timedelta(minutes=80))
    telling.tell(at=clock.now())
    belts.drain()
    _buy(scene)
    _leave_carts(_others(scene, CARTS), ago=timedelta(minutes=20))


def _keep_ordering(scene: Scene, held: Person) -> None:
    """Signs up and orders three times while talking with us: everything of ours waits."""
    since = clock.now()
    belts.feed([waves.signed_up(held, scene.now - timedelta(hours=9))], source="write")
    for place in range(HELD_ORDERS):
        at = scene.now - timedelta(hours=8 - place)
        belts.feed([completed(_order(held, place, at, ("C05", 1)))], source="write")
        belts.drain()
    past.move_back({scene.contacts[held.number]: HELD_FOR}, since=since)


def _buy(scene: Scene) -> None:
    rng = lot("today's orders")
    unwritten = [
        next(p for p in scene.known() if p.group is not Group.LIST and p.permission is kind) for kind in NOT_WRITTEN_TO
    ]
    for place, person in enumerate([*_others(scene, ORDERS), *unwritten], HELD_ORDERS):
        at, code = scene.now - timedelta(hours=place, minutes=7), rng.choice(("C01", "C02", "T04"))
        order = _order(person, place, at, (code, 2))
        belts.feed([looked(person, f"{order.number}-look", at - timedelta(minutes=6), by_code()[code])], source="write")
        belts.feed([completed(order)], source="write")
    belts.drain()


def _leave_carts(people: Iterable[Person], *, ago: timedelta) -> None:
    ware = by_code()["E04"]
    for person in people:
        belts.feed(_cart(person, ware, clock.now() - ago), source="write")
    belts.drain()


def _cart(person: Person, ware: Ware, at: datetime) -> Iterable[dict[str, object]]:
    yield looked(person, f"today-{person.number}-look", at, ware)
    checkout, then = f"today-{person.number}-checkout", at + timedelta(minutes=2)
    yield item(person, "Checkout Started", checkout, then, cart_id="today")


def _who_brews(scene: Scene, held: Person) -> list[Person]:
    """Two who told us what they brew with, so that we can say so."""
    told = Preference.objects.filter(key__key="brewing", state="active", kind="stated").exclude(source_kind="survey")
    contacts = set(told.values_list("contact", flat=True))
    fitting = (person for person in _writable(scene) if scene.contacts[person.number] in contacts and person != held)
    return [next(fitting) for _ in range(REMINDED)]


def _others(scene: Scene, count: int) -> list[Person]:
    return lot(f"the {count} of today").sample(_writable(scene), count)


def _writable(scene: Scene) -> list[Person]:
    """Buyers to whom nothing stands in the way."""
    busy = set(talk.talking(scene))
    return [
        person
        for person in scene.people
        if person.group in {Group.REGULAR, Group.FEW}
        and person.permission == "double_opt_in"
        and scene.contacts[person.number] not in busy
    ]


def _order(person: Person, place: int, at: datetime, wanted: tuple[str, int]) -> PlannedOrder:
    code, quantity = wanted
    return PlannedOrder(f"K{FIRST_NUMBER + place}", person, at, (Line(by_code()[code], quantity),))
