"""The design that a page is about, and which of its languages."""

from uuid import UUID

from django.http import Http404, HttpRequest

from campaigns.designs.models import Design
from campaigns.designs.queries import design_of


def design_or_404(uid: UUID) -> Design:
    found = design_of(uid)
    if found is None:
        raise Http404
    return found


def language_of(request: HttpRequest, design: Design) -> str:
    """The one asked for, else the fallback."""
    asked = request.POST.get("language") or request.GET.get("language") or ""
    return asked if asked in design.contents else design.language
