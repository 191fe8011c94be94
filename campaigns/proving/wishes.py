"""What may be wanted by somebody who has yet to prove an address. Rooms above say how it reads, and do it then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm.contacts.actions import Owner

type Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """`words` is what was said, as the mail and the page behind its link show it, '' where it is gone by now; `button`
    is what they press. `carry_out` makes it count for whom the address belongs to, who is held, and gives the path of
    the page where it stands, with what that page is to carry on."""

    words: Callable[[Said], str]
    button: Callable[[], str]
    carry_out: Callable[[Said, Owner, datetime], str]


wishes: dict[str, Wish] = {}


def register(what: str, wish: Wish) -> None:
    wishes[what] = wish
