"""What every house has before anybody came: topics to write about, and the five ready groups."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from crm.business.queries import business
from crm.contacts.models import Topic
from crm.segments.ready import make_ready

TOPICS = {"offers": _("Offers"), "news": _("News")}


def lay_defaults(*, at: datetime) -> None:
    """Make those that are missing, in the shop's language; what the owner has renamed stays."""
    with translation.override(business().language):
        for position, (key, label) in enumerate(TOPICS.items()):
            Topic.objects.get_or_create(key=key, defaults={"label": str(label), "position": position})
    make_ready(by="Engage", at=at)
