"""All designs, and how one begins."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.channels.liquid import MAX_SOURCE
from campaigns.designs import actions, queries
from campaigns.designs.compiling import speaking
from campaigns.designs.library import LIBRARY
from campaigns.designs.parse import DESIGNED, HTML, MJML, InvalidContents, empty
from crm.business.queries import business
from engage.dashboard.designs.one import design_or_404
from engage.dashboard.designs.returning import come_from_nowhere
from engage.dashboard.designs.uploading import takes_a_file, uploaded
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

MOST = 200
OF_ONES_OWN = {DESIGNED: gettext_lazy("A design of your own"), HTML: "HTML", MJML: "MJML"}


@require_GET
@role("owner", "marketer")
def designs(request: StaffRequest) -> HttpResponse:
    """The latest changed first, and what one begins with."""
    come_from_nowhere(request)
    found = list(queries.designs()[:MOST])
    return render(request, "designs/designs.html", {"designs": found, "library": LIBRARY.values()})


@require_POST
@role("owner", "marketer")
def new_design(request: StaffRequest, key: str) -> HttpResponse:
    """From the library, or empty."""
    if key not in LIBRARY and key not in OF_ONES_OWN:
        raise Http404
    language, by, at = business().language, str(request.user), clock.now()
    with speaking(language):
        ready = LIBRARY.get(key)
        kind, name = (ready.kind, str(ready.title)) if ready else (key, str(OF_ONES_OWN[key]))
        content = ready.make() if ready else empty(kind)
    made = actions.create_design(kind=kind, name=name, language=language, contents={language: content}, by=by, at=at)
    return redirect("design", made.uid)


@takes_a_file
@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def import_design(request: StaffRequest) -> HttpResponse:
    """HTML or MJML from elsewhere, pasted or from a file, kept as it is to the letter."""
    if request.method != "POST":
        return render(request, "designs/import.html", {})
    source, name = request.POST.get("source", ""), _("From elsewhere")
    if (file := uploaded(request)) is not None:
        source, name = _read(file[0]), file[1] or name
    problem = "" if source.strip() else _("Choose a file, or paste what is in it.")
    if len(source) > MAX_SOURCE:
        problem = _("Too long: at most %(most)d characters.") % {"most": MAX_SOURCE}
    if problem:
        return render(request, "designs/import.html", {"problem": problem, "source": source[:MAX_SOURCE]}, status=400)
    kind = MJML if source.lstrip()[:200].lower().startswith(("<mjml", "<mj-")) else HTML
    content = empty(kind) | {"body": {"source": source}, "subject": request.POST.get("subject", "")[:300]}
    language = business().language
    try:
        made = actions.create_design(
            kind=kind, name=name, language=language, contents={language: content}, by=str(request.user), at=clock.now()
        )
    except InvalidContents as refused:
        return render(
            request, "designs/import.html", {"problem": refused.problems[0].message, "source": source}, status=400
        )
    return redirect("design", made.uid)


def _read(file: bytes) -> str:
    """As UTF-8, else as the browsers of old read what does not say what it is."""
    try:
        return file.decode("utf-8-sig")
    except UnicodeDecodeError:
        return file.decode("cp1252", errors="replace")


@require_POST
@role("owner", "marketer")
def copy_design(request: StaffRequest, uid: UUID) -> HttpResponse:
    found = design_or_404(uid)
    name = _("%(name)s, copy") % {"name": found.name}
    made = actions.copy_design(found, name=name, by=str(request.user), at=clock.now())
    toast(request, _("Copied. This is the copy."))
    return redirect("design", made.uid)


@require_POST
@role("owner", "marketer")
def rename_design(request: StaffRequest, uid: UUID) -> HttpResponse:
    found = design_or_404(uid)
    if name := " ".join(request.POST.get("name", "").split())[: actions.LONGEST_NAME]:
        actions.edit_design(found, name=name, by=str(request.user), at=clock.now())
    return redirect("design", uid)


@require_POST
@role("owner", "marketer")
def put_away_design(request: StaffRequest, uid: UUID) -> HttpResponse:
    found = design_or_404(uid)
    actions.put_away_design(found, by=str(request.user), at=clock.now())
    toast(request, _("Put away. What uses it goes on."), undo=reverse("take_back_design", args=[uid]))
    return redirect("designs")


@require_POST
@role("owner", "marketer")
def take_back_design(request: StaffRequest, uid: UUID) -> HttpResponse:
    found = design_or_404(uid)
    actions.take_back_design(found, by=str(request.user), at=clock.now())
    return redirect("design", uid)
