"""Tags of the customer's pages, `{% load memory %}`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

register = template.Library()

MARKS = {
    "stated": ("●", _("you told us")),
    "observed": ("○", _("we noticed")),
    "inferred": ("◌", _("we guessed")),
}


@register.simple_tag
def mark(kind: str) -> SafeString:
    """Where knowledge comes from, by a shape and a word."""
    sign, words = MARKS[kind]
    return format_html('<span aria-hidden="true">{}</span> {}', sign, words)
