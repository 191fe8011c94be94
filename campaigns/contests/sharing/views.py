"""Where a link that was passed on leads, and that somebody passed it on."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns.contests.queries import is_draft
from campaigns.contests.sharing import counting, links
from engage.lib import clock
from engage.lib.public import notice, public


@public
@require_safe
def pass_on(request: HttpRequest, code: str) -> HttpResponse:
    """To the entry, else the contest; counted once a day and visitor."""
    share = links.find(code)
    if share is None or is_draft(share.contest):
        text = _("The contest, or the entry that it led to, may be gone.")
        return notice(request, _("This link leads nowhere"), text, status=404)
    counting.visit(share, request, clock.now())
    return HttpResponseRedirect(links.target_of(share))


@public
@require_POST
def passed_on(request: HttpRequest, code: str) -> HttpResponse:
    """A button that passes it on was pressed; what by, and to whom, nobody tells us."""
    share = links.find(code)
    if share is None:
        return HttpResponse(status=404)
    counting.press(share, request)
    return HttpResponse(status=204)
