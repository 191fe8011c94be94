"""The way back from the composer to the step that a design is written for: kept in the session, by design."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KEPT = "design_from"
WAYS = {
    "broadcast_what": _("Back to the message"),
    "journey_flow_card": _("Back to the journey"),
}


@dataclass(frozen=True, slots=True)
class Back:
    path: str
    label: str | Promise


def back_of(request: HttpRequest, uid: UUID) -> Back | None:
    """Where the colleague came from to write this design: as `?back=` says now, or said when they came."""
    kept = request.session.get(KEPT, {})
    if asked := _way(request.GET.get("back", "")):
        request.session[KEPT] = {str(uid): asked.path}
        return asked
    return _way(kept.get(str(uid), ""))


def come_from_nowhere(request: HttpRequest) -> None:
    """They look at all designs: whatever they open next is opened for itself."""
    request.session.pop(KEPT, None)


def _way(path: str) -> Back | None:
    """Only to one of the pages above, whatever the address says."""
    try:
        name = resolve(path.partition("?")[0]).url_name or ""
    except Resolver404:
        return None
    return Back(path, WAYS[name]) if name in WAYS and path.startswith("/") and not path.startswith("//") else None
