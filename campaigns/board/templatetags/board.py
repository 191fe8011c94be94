"""`{% load board %}`"""

from collections.abc import Iterable

from django import template

register = template.Library()


@register.filter
def state_of(state: str, states: Iterable[tuple[str, str]]) -> str:
    """`{{ one.state|state_of:states }}`: as the owner calls it."""
    return dict(states).get(state, state)
