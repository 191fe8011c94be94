"""Links in messages lead through here: to an address that stands in the message, and to nothing else."""

from base64 import b64decode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from engage.lib import clock
from engage.lib.public import is_peek, notice, public
from engage.memory import clicks
from engage.memory.links import BadLink, read_click

_PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@public
@require_safe
def click(request: HttpRequest, token: str) -> HttpResponse:
    """Count the click, unless it only looked ahead, and go on. Two queries and an INSERT."""
    try:
        message, number = read_click(token)
    except BadLink:
        return _nowhere(request)
    target = clicks.target(message, number)
    if target is None:
        return _nowhere(request)
    if not is_peek(request):
        clicks.record(message=message, number=number, url=target, at=clock.now())
    return HttpResponseRedirect(target)


@public
@require_safe
def opened(request: HttpRequest, token: str) -> HttpResponse:
    """A picture of one pixel. Opens are not tracked: nothing is recorded, whatever the token says."""
    return HttpResponse(_PIXEL, content_type="image/gif")


def _nowhere(request: HttpRequest) -> HttpResponse:
    text = _("It does not belong to a message of ours, or the message is too old. It led nowhere.")
    return notice(request, _("This link does not work"), text, status=404)
