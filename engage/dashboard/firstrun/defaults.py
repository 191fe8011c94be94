"""What every house has before anybody came: topics to write about, the five ready groups, eight saved replies."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from crm.business.queries import business
from crm.contacts.models import Topic
from crm.dialogue.actions.replies import make_ready_replies
from crm.segments.models import Segment
from crm.segments.observed import make_ready_rules
from crm.segments.ready import Thresholds, make_ready, rules


def lay_defaults(*, at: datetime) -> None:
    """Make what is missing, and say it in the shop's language; what the owner has renamed stays as it is."""
    make_topics()
    make_ready(by="Engage", at=at)
    make_ready_rules(by="Engage", at=at)
    make_ready_replies(by="Engage", at=at)
    for key, label in _in_language(business().language, _topics).items():
        Topic.objects.filter(key=key, label__in=_in_any_language(key, _topics)).update(label=label)
    for slug, name in _in_language(business().language, _groups).items():
        Segment.objects.filter(ready=slug, name__in=_in_any_language(slug, _groups)).update(name=name)


def make_topics() -> None:
    for position, (key, label) in enumerate(_in_language(business().language, _topics).items()):
        Topic.objects.get_or_create(key=key, defaults={"label": label, "position": position})


def _topics() -> dict[str, str]:
    return {"offers": _("Offers"), "news": _("News")}


def _groups() -> dict[str, str]:
    return {slug: name for slug, (name, _rule) in rules(Thresholds()).items()}


def _in_language(language: str, names: Callable[[], dict[str, str]]) -> dict[str, str]:
    with translation.override(language):
        return names()


def _in_any_language(key: str, names: Callable[[], dict[str, str]]) -> list[str]:
    return [_in_language(code, names)[key] for code, _name in settings.LANGUAGES]
