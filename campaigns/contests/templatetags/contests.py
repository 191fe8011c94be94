from datetime import datetime

from django import template
from django.urls import reverse
from django.utils import timezone

from campaigns.contests.models import Entry
from crm.business.queries import business
from engage.lib.dates import in_words
from engage.lib.local_time import zone_of

register = template.Library()


@register.filter
def shop_time(at: datetime | None) -> str:
    """On the shop's clock."""
    return in_words(timezone.localtime(at, zone_of(business().timezone)), "moment") if at else ""


@register.filter
def picture(entry: Entry, key: str) -> str:
    """The address of its photo, '' where it has none."""
    return reverse("contest_photo", args=[key, entry.photo.uid]) if entry.photo else ""
