"""Ready journeys: a few fields, and the definition that they stand for.

To add one, write a module with a `Recipe`, its letters in each language (see `letters`), and list it here.
"""

from campaigns.journeys.recipes.after_order import AFTER_ORDER
from campaigns.journeys.recipes.back_in_stock import BACK_IN_STOCK
from campaigns.journeys.recipes.cart_left import CART_LEFT
from campaigns.journeys.recipes.dates import BIRTHDAY, REMINDER
from campaigns.journeys.recipes.did_we_help import DID_WE_HELP
from campaigns.journeys.recipes.leaving import LEAVING
from campaigns.journeys.recipes.letters import LANGUAGES, Filling, spoken
from campaigns.journeys.recipes.low_score import LOW_SCORE
from campaigns.journeys.recipes.nurture import NURTURE
from campaigns.journeys.recipes.ordering_again import GONE_QUIET, REPLENISH
from campaigns.journeys.recipes.recipe import GROUPS, NO_QUESTION, WAITS, Asks, Group, Letter, Recipe, Start, offered
from campaigns.journeys.recipes.referral import REFERRAL
from campaigns.journeys.recipes.review import REVIEW
from campaigns.journeys.recipes.two_orders import TWO_ORDERS
from campaigns.journeys.recipes.welcome import WELCOME

_ALL = (
    *(WELCOME, NURTURE),
    *(CART_LEFT, BACK_IN_STOCK, REPLENISH),
    *(TWO_ORDERS, AFTER_ORDER, REVIEW, REFERRAL),
    *(LOW_SCORE, DID_WE_HELP, BIRTHDAY, REMINDER),
    *(GONE_QUIET, LEAVING),
)
RECIPES: dict[str, Recipe] = {recipe.slug: recipe for recipe in _ALL}
"""By slug, in the order of the page."""

__all__ = [
    "GROUPS",
    "LANGUAGES",
    "NO_QUESTION",
    "RECIPES",
    "WAITS",
    "Asks",
    "Filling",
    "Group",
    "Letter",
    "Recipe",
    "Start",
    "offered",
    "spoken",
]
