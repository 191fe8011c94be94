"""`{% load shop %}`: what customers' pages show of the shop. Reads no request."""

from datetime import date, datetime

from django import template

from crm.business import queries
from crm.business.models import Business
from engage.lib import colour, dates

register = template.Library()


@register.simple_tag
def the_shop() -> Business:
    """`{% the_shop as business %}`"""
    return queries.business()


@register.filter
def readable_on(background: str) -> str:
    """`{{ business.colour|readable_on }}`: white or ink, whichever reads better on the shop's colour."""
    return colour.readable_on(background)


@register.filter(expects_localtime=True)
def in_words(at: date | datetime | None, how: str = "day") -> str:
    """`{{ order.at|in_words }}`, or `in_words:"month"` and the like: a date as this language writes it."""
    return dates.in_words(at, how) if at else ""
