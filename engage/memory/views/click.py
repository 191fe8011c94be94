"""Links in messages lead through here: to an address that stands in the message, and to nothing else."""

from base64 import b64decode
from contextlib import suppress

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns.channels.email.returned.machines import of_agent
from crm.business.queries import business
from crm.dialogue.links import TRAP_NUMBER, talk_path
from engage.lib import clock
from engage.lib.public import is_peek, notice, public
from engage.memory import clicks
from engage.memory.links import BadLink, read_click, read_message

_PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@public
@require_safe
def click(request: HttpRequest, token: str) -> HttpResponse:
    """Tell the belt of the click, and go on. Two queries and an INSERT. Whoever follows the link that no reader sees is
    shown where one writes to a person, in case one is there after all."""
    try:
        message, number = read_click(token)
    except BadLink:
        return _nowhere(request)
    if number == TRAP_NUMBER:
        clicks.trapped(message=message, at=clock.now())
        return HttpResponseRedirect(talk_path(message.uid))
    target = clicks.target(message, number)
    if target is None:
        return _nowhere(request)
    clicks.clicked(message=message, number=number, url=target, sign=_sign(request), at=clock.now())
    return HttpResponseRedirect(target)


@public
@require_safe
def opened(request: HttpRequest, token: str) -> HttpResponse:
    """A picture of one pixel, for whoever asks. The belt is told while the owner wants to know of opens."""
    if business().track_opens:
        with suppress(BadLink):
            clicks.opened(message=read_message("o", token), sign=_sign(request), at=clock.now())
    return HttpResponse(_PIXEL, content_type="image/gif")


def _sign(request: HttpRequest) -> str:
    return of_agent(request.headers.get("User-Agent", ""), ahead=is_peek(request))


def _nowhere(request: HttpRequest) -> HttpResponse:
    text = _("It does not belong to a message of ours, or the message is too old. It led nowhere.")
    return notice(request, _("This link does not work"), text, status=404)
