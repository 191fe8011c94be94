"""The people walk the journeys: what happens now, on the belts, and is then moved to when it happened."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from campaigns.journeys.models import Journey
from engage.lib import clock
from engage.seeds import belts, past
from engage.seeds.shop import arrivals, journeys, surveys
from engage.seeds.shop.chance import lot
from engage.seeds.shop.orders import PlannedOrder
from engage.seeds.shop.people import BUYERS, Person, held_back
from engage.seeds.shop.scene import Scene
from engage.seeds.shop.visits import completed, item

ANSWERED_WELCOME = 118
MILKS = (1, 1, 1, 1, 2, 2, 2, 3, 4, 4)
"""How often each answer is given."""

ORDERED_AGAIN = 14
TOLD_BEFORE = 3
SILENT = 3
"""Of those who ordered again: we knew of three what they brew with, and three have not answered."""

TODAY = (timedelta(minutes=55), timedelta(minutes=12))
"""How long ago the last two of them answered."""

LATE = SILENT + len(TODAY)
"""How many of them ordered in the last week: who was asked and thanked then had as much from us as may be."""

RECENT = range(2, 20)
WEEK = 9
BEFORE_THAT = 50
"""Days ago of an order that was made again, and of the one before."""


def welcome(scene: Scene) -> Journey:
    """Everybody who signed up in the last year was welcomed and asked; 118 answered."""
    at = scene.now - timedelta(days=arrivals.LONGEST + 4)
    journey = journeys.switch_on("welcome", survey=surveys.WELCOME, start="sign_up", at=at)
    held = held_back(scene.people)
    old = [person for person in scene.people if person.signed_up and not arrivals.is_new(person, scene)]
    new = [person for person in old if person != held]
    since = clock.now()
    belts.feed((signed_up(person, since) for person in new), source="write")
    belts.drain()
    rng = lot("the first answers")
    answering = sorted(rng.sample(new, ANSWERED_WELCOME), key=lambda person: scene.came[person.number])
    answers = {scene.contacts[person.number]: rng.choice(MILKS) for person in answering}
    surveys.answer(surveys.WELCOME, origin=journeys.said_by(journey, "welcome"), answers=answers)
    belts.drain()
    came = {scene.contacts[person.number]: since - scene.came[person.number] for person in new}
    past.move_back({contact: span - timedelta(minutes=12) for contact, span in came.items()}, since=since)
    return journey


def signed_up(person: Person, at: datetime) -> dict[str, object]:
    return item(person, "Signed Up", f"signed-up-{person.number}", at, form="footer")


def new_today(scene: Scene, journey: Journey) -> None:
    """Seventeen came since yesterday and wait for their welcome; a draft would shorten the wait."""
    journeys.redraft(journey, "welcome", survey=surveys.WELCOME, start="sign_up", wait="3_days")
    journeys.publish(journey, by=journeys.BY, at=scene.now - timedelta(days=12))
    new = [person for person in scene.people if person.signed_up and arrivals.is_new(person, scene)]
    belts.feed((arrivals.identified(person, scene) for person in new), source="write")
    belts.feed((signed_up(person, scene.came[person.number]) for person in new), source="write")
    belts.drain()
    journeys.redraft(journey, "welcome", survey=surveys.WELCOME, start="sign_up", wait="1_day")


def made_again(scene: Scene, orders: list[PlannedOrder]) -> list[PlannedOrder]:
    """Second orders of the last weeks, by people whom we may write to; they go through the belts as news."""
    latest: dict[int, list[PlannedOrder]] = {}
    held = held_back(scene.people)
    for order in orders:
        if order.person.group in BUYERS and order.person.permission == "double_opt_in" and order.person != held:
            latest.setdefault(order.person.number, []).append(order)
    fitting = [made[-1] for made in latest.values() if len(made) > 1 and _fits(made[-2:], scene)]
    late = [order for order in fitting if scene.days_since(order.at) < WEEK]
    earlier = [order for order in fitting if order not in late]
    rng = lot("the second orders")
    before = rng.sample(earlier, min(ORDERED_AGAIN - LATE, len(earlier)))
    return sorted([*before, *rng.sample(late, ORDERED_AGAIN - len(before))], key=lambda order: order.at)


def two_orders(scene: Scene, again: list[PlannedOrder]) -> Journey:
    """They order, are asked what they brew with, and most of them say."""
    at = scene.now - timedelta(days=90)
    journey = journeys.switch_on("two-orders", survey=surveys.BREWING, at=at, days=60)
    since = clock.now()
    belts.feed((completed(order) | {"timestamp": since.isoformat()} for order in again), source="write")
    belts.drain()
    rng = lot("the second answers")
    asked = again[TOLD_BEFORE:-SILENT]
    answers = {scene.contacts[order.person.number]: rng.randint(1, len(surveys.BREWERS)) for order in asked}
    surveys.answer(surveys.BREWING, origin=journeys.said_by(journey, "ask"), answers=answers)
    belts.drain()
    past.move_back({scene.contacts[order.person.number]: span for order, span in _spans(again, since)}, since=since)
    belts.drain()
    return journey


def _spans(again: list[PlannedOrder], since: datetime) -> Iterator[tuple[PlannedOrder, timedelta]]:
    """By how much each of these orders lies in the past; two of those who answered did so today."""
    today = dict(zip(again[-SILENT - len(TODAY) : -SILENT], TODAY, strict=True))
    for order in again:
        yield order, today.get(order, since - order.at)


def _fits(made: list[PlannedOrder], scene: Scene) -> bool:
    before, last = (scene.days_since(order.at) for order in made)
    return last in RECENT and before < BEFORE_THAT and not made[-1].refunded
