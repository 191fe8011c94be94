"""Who will read what is being written: the people of a journey, of a recipe that becomes one, or of a group."""

from collections.abc import Mapping
from uuid import UUID

from campaigns.journeys.audience import audience_of
from campaigns.journeys.models import Journey
from campaigns.journeys.parse import InvalidDefinition, parse
from campaigns.journeys.recipes import RECIPES
from campaigns.journeys.seeing import may_see
from crm import rules
from crm.rules import InvalidRule, Rule
from crm.segments.seeing import seen_by


def audience(asked: Mapping[str, str], role: str) -> Rule | None:
    """None where nobody said, or what they said is gone: then it is everybody. Two queries at most."""
    try:
        return _of_journey(asked, role) or _of_recipe(asked) or _of_group(asked, role)
    except (InvalidDefinition, InvalidRule, ValueError):
        return None


def _of_journey(asked: Mapping[str, str], role: str) -> Rule | None:
    journey = Journey.objects.filter(uid=UUID(asked["journey"])).first() if asked.get("journey") else None
    return audience_of(parse(journey.draft).trigger) if journey and may_see(journey, role) else None


def _of_recipe(asked: Mapping[str, str]) -> Rule | None:
    recipe = RECIPES.get(asked.get("recipe", ""))
    return recipe.concerned(asked.get("start", "")) if recipe else None


def _of_group(asked: Mapping[str, str], role: str) -> Rule | None:
    found = [group for group in seen_by(role) if str(group.uid) == asked["group"]] if asked.get("group") else []
    return rules.parse(found[0].rule) if found else None
