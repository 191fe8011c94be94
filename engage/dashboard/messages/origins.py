"""Where a message comes from, in words."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from campaigns.broadcasts.models import Broadcast
from campaigns.journeys.models import Journey
from crm.dialogue.models import Occasion

ANSWERS = ("reply:", "code:", "design:", "asked:")
"""Beginnings of origins that no plan stands behind: answers of colleagues, codes, designs on trial, questions asked in
person."""


def origin_texts(origins: Collection[str]) -> dict[str, str]:
    """`{origin: words}`: a journey or a one-off message by its name, the rest by its label or kind. Three queries."""
    labels = dict(Occasion.objects.filter(origin__in=origins).exclude(label="").values_list("origin", "label"))
    named = _named(Journey, "journey", origins) | _named(Broadcast, "broadcast", origins)
    return {origin: labels.get(origin) or _text(origin, named) for origin in origins}


def is_origin(origin: str) -> bool:
    """Whether something speaks, or will, under this name; answers and codes do not count. Two queries."""
    if origin.startswith(ANSWERS):
        return False
    return Occasion.objects.filter(origin=origin).exists() or bool(_named(Broadcast, "broadcast", [origin]))


def recent_origins(most: int = 20) -> list[str]:
    """What spoke last for the first time, answers and codes left out. One query."""
    found = Occasion.objects.order_by("-id")
    for beginning in ANSWERS:
        found = found.exclude(origin__startswith=beginning)
    return list(found.values_list("origin", flat=True)[:most])


def _named(model: type[Journey | Broadcast], kind: str, origins: Collection[str]) -> dict[str, str]:
    uids = {parts[1] for origin in origins if (parts := origin.split(":"))[0] == kind and _is_uid(parts[1:])}
    return {str(uid): name for uid, name in model._default_manager.filter(uid__in=uids).values_list("uid", "name")}


def _text(origin: str, named: dict[str, str]) -> str:
    kind, *rest = origin.split(":")
    if kind in ("journey", "broadcast") and rest:
        return named.get(rest[0]) or (_("A journey") if kind == "journey" else _("A one-off message"))
    return {
        "reply": _("An answer by a colleague"),
        "asked": _("A survey that a colleague asked"),
        "code": _("A code for their page"),
        "test": _("Written to yourself"),
        "design": _("A design on trial"),
        "sign-up": _("Asked to confirm a sign-up"),
        "own-answer": _("Asked to confirm an answer"),
        "faq": _("An answer that went by itself"),
        "closed": _("Word that the shop is closed"),
        "prove": _("Asked whether it was them"),
        "board": _("News of a suggestion"),
    }.get(kind, origin)


def _is_uid(rest: list[str]) -> bool:
    try:
        return bool(UUID(rest[0]))
    except (ValueError, IndexError):
        return False
