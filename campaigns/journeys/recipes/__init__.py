"""Ready journeys: a few fields, and the definition that they stand for.

To add one, write a module with a `Recipe` and list it here.
"""

from campaigns.journeys.recipes.recipe import WAITS, Recipe, Start, offered
from campaigns.journeys.recipes.two_orders import TWO_ORDERS
from campaigns.journeys.recipes.welcome import WELCOME

RECIPES: dict[str, Recipe] = {recipe.slug: recipe for recipe in (WELCOME, TWO_ORDERS)}

__all__ = ["RECIPES", "WAITS", "Recipe", "Start", "offered"]
