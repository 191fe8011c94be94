"""The worlds that a home can be seeded with, by name."""

from collections.abc import Callable

from crm.business.models import User
from crm.contacts.models import Contact
from engage.dashboard.firstrun.defaults import lay_defaults
from engage.lib import clock
from engage.seeds.shop import world as shop

type Say = Callable[[str], object]


class NotEmpty(Exception):
    """The home has data that a seed would mix with."""

    def __init__(self, people: int) -> None:
        super().__init__(people)
        self.people = people


def empty(say: Say) -> None:
    """Nothing but what every house has."""
    lay_defaults(at=clock.now())


WORLDS: dict[str, Callable[[Say], None]] = {"empty": empty, "shop": shop.build}


def refuse_data() -> None:
    """Raises NotEmpty unless nobody is there. Two queries."""
    people = Contact.objects.count()
    if people or User.objects.exists():
        raise NotEmpty(people)
