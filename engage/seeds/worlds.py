"""The worlds that a home can be seeded with, by name."""

from collections.abc import Callable

from crm.business.models import User
from crm.contacts.models import Contact
from engage.dashboard.firstrun.defaults import lay_defaults
from engage.lib import clock
from engage.seeds import busy
from engage.seeds.shop import world as shop

type Say = Callable[[str], object]

SHOP = "shop"


class NotEmpty(Exception):
    """The home has data that a seed would mix with. Its message is one line for people."""

    def __init__(self, people: int) -> None:
        super().__init__(f"This home has data already ({people:,} people). Seed an empty one, or erase the demo first.")


def sow(world: str, say: Say, *, contacts: int = 0, events: int = 0) -> None:
    """Fill an empty home; the numbers are for the busy one. Raises NotEmpty."""
    people = Contact.objects.count()
    if people or User.objects.exists():
        raise NotEmpty(people)
    if world == "busy":
        busy.fill(contacts=contacts, events=events, say=say)
    else:
        WORLDS[world](say)


def empty(say: Say) -> None:
    """Nothing but what every house has."""
    lay_defaults(at=clock.now())


WORLDS: dict[str, Callable[[Say], None]] = {"empty": empty, SHOP: shop.build}
NAMES = (*WORLDS, "busy")
