"""Tags of the room Surveys."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def of[T](found: Mapping[str, T], key: str) -> T | None:
    """`{{ frequent|of:question.id }}`: what is there under a key."""
    return found.get(key)
