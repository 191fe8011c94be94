"""The languages of a design."""

from copy import deepcopy
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.designs import actions
from campaigns.designs.parse import InvalidContents
from engage.dashboard.designs.editor import address_of
from engage.dashboard.designs.one import design_or_404, language_of
from engage.dashboard.designs.words import language_words
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@require_POST
@role("owner", "marketer")
def add_language(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Begins with what stands in the language that was looked at, to be translated."""
    found = design_or_404(uid)
    new, source = request.POST.get("new", "").strip().lower(), language_of(request, found)
    if new in found.contents:
        return redirect(address_of(found, new))
    contents = found.contents | {new: deepcopy(found.contents[source])}
    try:
        actions.edit_design(found, contents=contents, by=str(request.user), at=clock.now())
    except InvalidContents as refused:
        toast(request, refused.problems[0].message, wrong=True)
        return redirect(address_of(found, source))
    toast(request, _("It begins as a copy. Write it in %(language)s now.") % {"language": language_words(new)})
    return redirect(address_of(found, new))


@require_POST
@role("owner", "marketer")
def remove_language(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Its people read the fallback from then on; it can be undone in the editor."""
    found = design_or_404(uid)
    language = language_of(request, found)
    if language != found.language:
        contents = {code: content for code, content in found.contents.items() if code != language}
        actions.edit_design(found, contents=contents, by=str(request.user), at=clock.now())
    return redirect(address_of(found, found.language))


@require_POST
@role("owner", "marketer")
def fall_back(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Who speaks none of its languages reads this one."""
    found = design_or_404(uid)
    actions.edit_design(found, language=language_of(request, found), by=str(request.user), at=clock.now())
    return redirect(address_of(found, found.language))
