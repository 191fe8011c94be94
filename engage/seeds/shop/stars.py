"""After an order its buyer is asked for stars; 96 gave some, the last of them two, because it arrived stale."""

from collections import Counter
from datetime import timedelta
from typing import NamedTuple

from engage.lib import clock
from engage.seeds import belts, past
from engage.seeds.shop import journeys, surveys
from engage.seeds.shop.chance import lot
from engage.seeds.shop.orders import STALE, PlannedOrder
from engage.seeds.shop.people import BUYERS, Group, Person, held_back
from engage.seeds.shop.scene import Scene
from engage.seeds.shop.visits import item

ASKED = 124
GIVEN = (5,) * 50 + (4,) * 27 + (3,) * 10 + (2,) * 5 + (1,) * 3
"""The stars of a year; one more came today."""

ROUNDS = 4
LATEST, EARLIEST = 24, 330
"""Days ago of the orders: asked later, somebody could not be asked another question yet."""

SHIPPED = timedelta(days=1)
UNDERWAY = timedelta(days=4)
WORDS = {
    5: (
        "The smell when I opened the parcel.", "Next day, and still warm from the roaster, I believe.",
        "Thank you for the little bag of Harbour to try.", "Exactly as the last time, which is what I want.",
        "My neighbour has ordered too by now.",
    ),
    4: ("Very good. A resealable bag would be better.", "Lovely tea, the tin had a dent."),
    3: ("Good coffee, slow post.", "I had asked for a coarse grind and got it fine."),
    2: ("The box was open when it came.",),
    1: ("Nobody answered when I called about it.",),
}  # fmt: skip


class Plan(NamedTuple):
    """`rounds`: whom we asked after which order, each person once in a round. `stale` is the order that came stale."""

    rounds: list[list[PlannedOrder]]
    stale: PlannedOrder


def plan(scene: Scene, made: list[PlannedOrder], again: list[PlannedOrder]) -> Plan:
    """Who ordered again lately was asked something else."""
    others = {order.person.number for order in again} | {held_back(scene.people).number}
    fitting = [
        order
        for order in reversed(made)
        if order.person.group in BUYERS
        and order.person.permission == "double_opt_in"
        and order.person.number not in others
        and order.refunded is None
    ]
    rounds: list[list[PlannedOrder]] = [[] for _ in range(ROUNDS)]
    times: Counter[int] = Counter()
    for order in fitting:
        place = times[order.person.number]
        if LATEST <= scene.days_since(order.at) <= EARLIEST and place < ROUNDS:
            rounds[place].append(order)
            times[order.person.number] += 1
    left = ASKED
    for place, each in enumerate(rounds):
        rounds[place] = each[:left]
        left -= len(rounds[place])
    stale = next(order for order in fitting if scene.days_since(order.at) == STALE and _is_unhappy(order.person))
    return Plan([each for each in rounds if each], stale)


def happen(scene: Scene, asked: Plan) -> None:
    """Asked when the parcel leaves, and most say; then the journey asks with the order itself, and the survey lets a
    person answer whoever gives so few."""
    journey = journeys.after_an_order(scene.now - timedelta(days=EARLIEST + 10), "Order Shipped")
    rng = lot("the stars")
    giving = set(rng.sample(range(ASKED), len(GIVEN)))
    stars = iter(rng.sample(GIVEN, len(GIVEN)))
    said = {number: iter(words) for number, words in WORDS.items()}
    place = 0
    for each in [*asked.rounds, [asked.stale]]:
        since = clock.now()
        belts.feed((_shipped(order, since.isoformat()) for order in each), source="write")
        belts.drain()
        given: dict[int, int] = {}
        words: dict[int, str] = {}
        for order in each:
            contact = scene.contacts[order.person.number]
            if place in giving:
                given[contact] = next(stars)
                if text := next(said[given[contact]], ""):
                    words[contact] = text
            place += 1
        surveys.answer(surveys.STARS, origin=journeys.said_by(journey, "ask"), answers=given, words=words)
        belts.drain()
        spans = {scene.contacts[order.person.number]: since - order.at - SHIPPED for order in each}
        past.move_back(spans, since=since)
    journeys.with_the_order(journey, at=scene.now - UNDERWAY)
    surveys.talk_about_low_stars(at=scene.now - UNDERWAY)


def _shipped(order: PlannedOrder, at: str) -> dict[str, object]:
    return item(order.person, "Order Shipped", f"{order.number}-shipped", order.at, order_id=order.number) | {
        "timestamp": at
    }


def _is_unhappy(person: Person) -> bool:
    return person.group in {Group.FEW, Group.REGULAR} and person.language == "en"
