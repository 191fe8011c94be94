"""What an event says, in words."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from crm.events.models import Event

LONGEST = 120


def event_text(event: Event) -> str:
    """`Searched for “decaf”`; an event we have no words for is called by its name."""
    saying = _SAYINGS.get(event.name) or _SAYINGS.get(event.kind)
    return (saying(event) if saying else "") or event.name


def _looked(event: Event) -> str:
    return _about(event, _("Looked at %(what)s"), "title", "name", "path", "url")


def _searched(event: Event) -> str:
    return _about(event, _("Searched for “%(what)s”"), "query", "search")


def _answered(event: Event) -> str:
    said = _about(event, _("Answered “%(what)s”"), "title", "survey") or _("Answered a survey")
    by = event.properties.get("typed_by")
    return _("%(said)s, written down by %(name)s") % {"said": said, "name": by} if isinstance(by, str) and by else said


def _followed(event: Event) -> str:
    return _about(event, _("Followed a link to %(what)s"), "url", "target") or _("Followed a link in a message")


def _product(text: Callable[[], str]) -> Callable[[Event], str]:
    return lambda event: _about(event, text(), "name", "product", "product_name", "title")


def _about(event: Event, text: str, *names: str) -> str:
    for name in names:
        what: Any = event.properties.get(name)
        if isinstance(what, str | int | float) and str(what).strip():
            return text % {"what": str(what)[:LONGEST]}
    return ""


_SAYINGS: dict[str, Callable[[Event], str]] = {
    "Page Viewed": _looked,
    "page": _looked,
    "screen": _looked,
    "Products Searched": _searched,
    "Product Viewed": _product(lambda: _("Looked at %(what)s")),
    "Product Added": _product(lambda: _("Put %(what)s in the cart")),
    "Product Removed": _product(lambda: _("Took %(what)s out of the cart")),
    "Cart Viewed": lambda event: _("Looked at the cart"),
    "Checkout Started": lambda event: _("Went to the checkout"),
    "Survey Answered": _answered,
    "Survey Answer Changed": lambda event: _about(event, _("Changed the answers to “%(what)s”"), "title", "survey"),
    "Survey Screened Out": lambda event: _about(event, _("Was screened out of “%(what)s”"), "title", "survey"),
    "Message Clicked": _followed,
    "Message Opened": lambda event: _("Opened a message"),
    "Company Joined": lambda event: _about(event, _("Joined %(what)s"), "company"),
    "Company Left": lambda event: _about(event, _("Left %(what)s"), "company"),
    "Group Joined": lambda event: _("The shop's server put them into a company"),
    "Cart Left": lambda event: _("Left a cart"),
    "Price Dropped": _product(lambda: _("The price of %(what)s dropped")),
    "Back In Stock": _product(lambda: _("%(what)s is back in stock")),
    "Signed Up": lambda event: _("Signed up"),
}
