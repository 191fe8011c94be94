"""The shop's pictures looked after: what shows each, and taking away those that nobody needs."""

from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.designs import keeping, queries, using
from campaigns.designs.models import Picture
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

MOST = 200


@require_GET
@role("owner", "marketer")
def kept_pictures(request: StaffRequest) -> HttpResponse:
    """The latest first, each with what shows it."""
    found = list(queries.pictures()[:MOST])
    shown = using.uses(picture.name for picture in found)
    context = {
        "pictures": [(picture, shown[picture.name]) for picture in found],
        "unused": sum(not shown[picture.name] for picture in found),
    }
    return render(request, "designs/kept_pictures.html", context)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def drop_picture(request: StaffRequest, name: str) -> HttpResponse:
    """One that something shows is dropped only by a second press, which says what that is."""
    picture = get_object_or_404(Picture, name=name, dropped=None)
    shown = using.uses([name])[name]
    if request.method == "POST" and ("sure" in request.POST or not shown):
        return _dropped(request, [name])
    return render(request, "designs/drop_picture.html", {"picture": picture, "uses": shown})


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def drop_unused_pictures(request: StaffRequest) -> HttpResponse:
    """Those that nothing shows, looked at before they go."""
    found = using.unused()
    if request.method == "POST":
        return _dropped(request, [picture.name for picture in found])
    context = {"pictures": found, "bytes": sum(picture.size for picture in found)}
    return render(request, "designs/drop_unused_pictures.html", context)


@require_POST
@role("owner", "marketer")
def take_back_pictures(request: StaffRequest) -> HttpResponse:
    """Those that one press dropped."""
    try:
        dropped = datetime.fromisoformat(request.GET.get("dropped", ""))
    except ValueError as error:
        raise Http404 from error
    if dropped.tzinfo is None:
        raise Http404
    keeping.take_back_pictures(dropped=dropped)
    return redirect("kept_pictures")


def _dropped(request: StaffRequest, names: list[str]) -> HttpResponse:
    at = clock.now()
    if count := keeping.drop_pictures(names, at=at):
        said = ngettext("%(n)d picture deleted.", "%(n)d pictures deleted.", count) % {"n": count}
        undo = f"{reverse('take_back_pictures')}?{urlencode({'dropped': at.isoformat()})}"
        toast(request, said, undo=undo)
    else:
        toast(request, _("Nothing was deleted."))
    return redirect("kept_pictures")
