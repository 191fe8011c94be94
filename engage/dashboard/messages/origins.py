"""Where a message comes from, in words."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from campaigns.journeys.models import Journey
from crm.dialogue.models import Occasion

ANSWERS = ("reply:", "code:")
"""Beginnings of origins that owe one message each: answers of colleagues, codes."""


def origin_texts(origins: Collection[str]) -> dict[str, str]:
    """`{origin: words}`: a journey by its name, the rest by its label or kind. Two queries for all."""
    labels = dict(Occasion.objects.filter(origin__in=origins).exclude(label="").values_list("origin", "label"))
    journeys = _journeys(origins)
    return {origin: labels.get(origin) or _text(origin, journeys) for origin in origins}


def recent_origins(most: int = 20) -> list[str]:
    """What spoke last for the first time, answers and codes left out. One query."""
    found = Occasion.objects.order_by("-id")
    for beginning in ANSWERS:
        found = found.exclude(origin__startswith=beginning)
    return list(found.values_list("origin", flat=True)[:most])


def _journeys(origins: Collection[str]) -> dict[str, str]:
    uids = {parts[1] for origin in origins if (parts := origin.split(":"))[0] == "journey" and _is_uid(parts[1:])}
    return {str(uid): name for uid, name in Journey.objects.filter(uid__in=uids).values_list("uid", "name")}


def _text(origin: str, journeys: dict[str, str]) -> str:
    kind, *rest = origin.split(":")
    if kind == "journey" and rest:
        return journeys.get(rest[0]) or _("A journey")
    return {
        "reply": _("An answer by a colleague"),
        "code": _("A code for their page"),
        "test": _("Written to yourself"),
    }.get(kind, origin)


def _is_uid(rest: list[str]) -> bool:
    try:
        return bool(UUID(rest[0]))
    except (ValueError, IndexError):
        return False
