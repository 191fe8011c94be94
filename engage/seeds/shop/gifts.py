"""What the demo shop gives: a drink for whoever tells a friend, and what the contest's winners get."""

from datetime import timedelta

from campaigns.offers import actions
from campaigns.offers.models import Offer
from crm.contacts.actions import Owner
from engage.lib import clock
from engage.seeds.shop.scene import Scene

DRINK = "A drink on us"
MUG = "A Copper Kettle mug"
GIVEN, USED = 9, 5


def make(scene: Scene) -> None:
    owner = str(scene.team["owner"])
    terms = (
        actions.Terms(DRINK, "Any drink at the counter. Show the code when you order.", lasts_days=60),
        actions.Terms(MUG, "The blue one or the white one. Come by and choose.", most=20),
    )
    for each in terms:
        actions.make(terms=each, by=owner, at=scene.now - timedelta(days=40))


def give(people: list[int], scene: Scene) -> None:
    """By hand, at the counter; some came back with it."""
    drink, agent = Offer.objects.get(name=DRINK), str(scene.team["agent"])
    for number, person in enumerate(people[:GIVEN]):
        given = actions.give(
            offer=drink,
            owner=Owner(person, person),
            cause=f"staff:{number}",
            reason="Brought a friend",
            by=agent,
            at=clock.now(),
        )
        if number < USED:
            actions.use(given=given, by=agent, at=clock.now())
