"""Clocks of conversations, and whether there are teams, `{% load clocks %}`."""

from django import template

from crm.business import queries
from crm.dialogue.models import Conversation
from engage.dashboard.inbox.clocks import Standing, standings
from engage.lib import clock

register = template.Library()


@register.simple_tag
def has_teams() -> bool:
    """`{% has_teams as teams %}`: whether there are enough who answer for what only many need."""
    return queries.has_teams()


@register.simple_tag
def clocks(conversation: Conversation) -> list[Standing]:
    """`{% clocks conversation as standings %}`: by when it is to be answered and to be done."""
    return standings(conversation, clock.now())
