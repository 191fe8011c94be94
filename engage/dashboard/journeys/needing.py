"""What a recipe needs, in words: whether this shop has it, and where it is connected."""

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.journeys.recipes import Recipe
from campaigns.journeys.recipes.needs import Need
from engage.dashboard.shell.navigation import OWNERS, WRITERS

type Text = str | Promise


@dataclass(frozen=True)
class Source:
    """The data by its name, what to do where there is none, and the page on which those `roles` do it."""

    words: Text
    connect: Text
    page: str
    action: Text
    roles: frozenset[str]


SOURCES: dict[Need, Source] = {
    Need.ORDERS: Source(
        _("Orders"),
        _("No order within a year. They come from your shop's server, as the event Order Completed."),
        "settings_keys",
        _("Connect your shop"),
        OWNERS,
    ),
    Need.CARTS: Source(
        _("Carts"),
        _(
            "No cart was heard of lately. It comes from your site or your shop, as the event Product Added or Checkout "
            "Started."
        ),
        "settings_website",
        _("Put the script on your site"),
        OWNERS,
    ),
    Need.STOCK: Source(
        _("Stock"),
        _("Of no product it is known how many there are. Your shop's server says so with each product."),
        "settings_keys",
        _("Connect your shop"),
        OWNERS,
    ),
    Need.SIGN_UPS: Source(
        _("People who sign up"),
        _("Nobody signed up lately. A form on your site asks for permission."),
        "new_sign_up_form",
        _("Make a sign-up form"),
        WRITERS,
    ),
    Need.QUESTION: Source(
        _("A question"),
        _(
            "This recipe asks one question that one tap answers, and remembers the answer. Make the question first: a "
            "survey of one question, published."
        ),
        "new_survey",
        _("Make a question"),
        WRITERS,
    ),
    Need.STARS: Source(
        _("A question with stars"),
        _("This recipe goes by stars. Make the question first: a survey that begins with stars, published."),
        "new_survey",
        _("Make a question"),
        WRITERS,
    ),
    Need.DATE: Source(
        _("A remembered date"),
        _("This recipe goes by a date that you remember of people. Say first what it is called, with type date."),
        "new_key",
        _("Remember a date"),
        WRITERS,
    ),
    Need.LEAVING: Source(
        _("Enquiries"),
        _("Nothing is ticked yet that often comes before leaving: a subject of your contact page, an answer, a tag."),
        "settings_enquiries",
        _("Tick what comes before leaving"),
        OWNERS,
    ),
}


@dataclass(frozen=True)
class Needed:
    """`url` is '' where this colleague cannot do it; then an owner can."""

    source: Source
    here: bool
    url: str


def needed(recipe: Recipe, here: Collection[Need], role: str) -> list[Needed]:
    """No query: `here` is what the shop has."""
    return [_needed(need, need in here, role) for need in recipe.needs]


def _needed(need: Need, here: bool, role: str) -> Needed:
    source = SOURCES[need]
    return Needed(source, here, reverse(source.page) if role in source.roles else "")
