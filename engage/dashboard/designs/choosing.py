"""Choose a picture, or bring one: for a block, for a letter, for the logo."""

from copy import deepcopy
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.designs import keeping, queries
from campaigns.designs.actions import edit_design
from campaigns.designs.arranging import one
from campaigns.designs.models import Design
from campaigns.designs.parse import DESIGNED, LETTER_KIND, InvalidContents, Json
from campaigns.designs.pictures import NotAPicture
from engage.dashboard.designs.editor import address_of
from engage.dashboard.designs.one import design_or_404, language_of
from engage.dashboard.designs.uploading import takes_a_file, uploaded
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock
from engage.lib.pictures import LARGEST

MOST_SHOWN = 60


@takes_a_file
@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def design_picture(request: StaffRequest, uid: UUID) -> HttpResponse:
    """`block` says for which one; a letter has one picture only."""
    found = design_or_404(uid)
    language = language_of(request, found)
    block = request.POST.get("block") or request.GET.get("block") or ""
    here = reverse("design_picture", args=[uid]) + f"?{urlencode({'language': language, 'block': block})}"
    contents = deepcopy(found.contents)
    holder = _holder(found, contents[language], block)
    if request.method != "POST":
        return _page(request, here, holder["picture"], elsewhere=True)
    try:
        holder["picture"] = _chosen(request)
        edit_design(found, contents=contents, by=str(request.user), at=clock.now())
    except (NotAPicture, InvalidContents, OSError) as problem:
        now = _holder(found, found.contents[language], block)["picture"]
        return _page(request, here, now, elsewhere=True, problem=_words(problem))
    return redirect(address_of(found, language, block))


@takes_a_file
@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def choose_logo(request: StaffRequest) -> HttpResponse:
    """The logo on top of everything."""
    here, now = reverse("choose_logo"), queries.style().logo
    if request.method != "POST":
        return _page(request, here, now)
    try:
        keeping.change_style(logo=_chosen(request), by=str(request.user), at=clock.now())
    except (NotAPicture, InvalidContents, OSError) as problem:
        return _page(request, here, now, problem=_words(problem))
    toast(request, _("Saved. What is written from now on has it."))
    return redirect("look")


def _holder(found: Design, content: Json, block: str) -> Json:
    holder = content["body"] if found.kind == LETTER_KIND else None
    if found.kind == DESIGNED:
        holder = one(content["body"]["blocks"], block)
    if holder is None or "picture" not in holder:
        raise Http404
    return holder


def _chosen(request: StaffRequest) -> str:
    """The name of the picture that came or was pressed, or an address. Raises NotAPicture and OSError."""
    if (file := uploaded(request)) is not None:
        data, name = file
        return keeping.keep_picture(file=data, title=name, by=str(request.user), at=clock.now()).name
    if "upload" in request.POST:
        raise NotAPicture(_("Choose a file first."))
    return request.POST.get("picture", "").strip()


def _words(problem: Exception) -> str:
    if isinstance(problem, OSError):
        return _("The picture could not be kept: the disk may be full.")
    return problem.problems[0].message if isinstance(problem, InvalidContents) else str(problem)


def _page(request: StaffRequest, here: str, now: str, *, elsewhere: bool = False, problem: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "here": here,
        "now": now,
        "elsewhere": elsewhere,
        "problem": problem,
        "pictures": queries.pictures()[:MOST_SHOWN],
        "largest": LARGEST,
        "too_large": _("The file is larger than %(most)d MB.") % {"most": LARGEST // 1024**2},
    }
    part = "#dialog" if request.htmx else ""
    return render(request, f"designs/pictures.html{part}", context, status=400 if problem else 200)
