"""Journeys that speak of what not everybody in the team may see, for those who may not: their name, and no page."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase

from campaigns.journeys.models import Journey
from campaigns.journeys.seeing import may_see

type View = Callable[..., HttpResponseBase]


def only_who_may_see(view: View) -> View:
    """Wraps every page of one journey. To whom it is hidden, there is no such page."""

    @wraps(view)
    def seen(request: HttpRequest, uid: UUID, **rest: object) -> HttpResponseBase:
        role = getattr(request.user, "role", "")
        if role and role != "owner":
            found = Journey.objects.filter(uid=uid).first()
            if found and not may_see(found, role):
                raise Http404
        return view(request, uid=uid, **rest)

    return seen
