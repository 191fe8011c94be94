"""In which order the list stands. Whoever has nothing to be ordered by comes last, the newest first."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Upper
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Contact

type Found = QuerySet[Contact]

NOTHING = Q()
AS_SEEN_LAST = Q(sorting__gte=F("last_seen"), sorting__lte=F("last_seen"))
"""The same, but PostgreSQL takes an equality for a rare coincidence, and would sort everybody."""


@dataclass(frozen=True)
class Order:
    """`value` is an indexed expression and `having` says who has one; without it everybody comes as the newest do.

    `down` has the greatest first. A `public` value may stand in an address.
    """

    label: str | Promise
    value: Any = None
    having: Q = Q()
    without: Q = Q()
    down: bool = False
    public: bool = False

    def part(self, found: Found, within: Q = NOTHING) -> Found:
        return found.alias(sorting=self.value).filter(self.having, within) if self.value else found.none()

    def rest(self, found: Found) -> Found:
        return found.filter(self.without)

    def sorted(self, found: Found, *, backward: bool = False) -> Found:
        sign = "-" if self.down != backward else ""
        return found.order_by(f"{sign}sorting", f"{sign}pk") if self.value else found

    def beyond(self, part: Found, value: Any, key: int, *, backward: bool = False) -> Found:
        """Those of `part` after this value and key, or before it."""
        side = "lt" if self.down != backward else "gt"
        strictly = Q(**{f"sorting__{side}": value}) | Q(**{f"pk__{side}": key})
        return part.filter(Q(**{f"sorting__{side}e": value}), strictly)

    def value_of(self, key: int) -> Any:
        """None where that contact has none. One query."""
        return self.part(Contact.objects.filter(pk=key)).values_list(self.value, flat=True).first()


ORDERS: dict[str, Order] = {
    "seen": Order(
        _("Last seen first"),
        F("sightings__at"),
        AS_SEEN_LAST,
        Q(last_seen=None),
        down=True,
        public=True,
    ),
    "name": Order(_("By name"), Upper("name"), Q(sorting__gt=""), Q(name="")),
    "new": Order(_("Newest first")),
}
USUAL = "seen"
ORDER = ORDERS[USUAL]


def order_of(text: str) -> str:
    """As an address names it; what is no order of ours is the usual one."""
    return text if text in ORDERS else USUAL
