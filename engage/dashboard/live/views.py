from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_GET

from engage.dashboard.live import streams
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib.streaming import respond


@require_GET
@role()
def live(request: StaffRequest, stream: str) -> HttpResponseBase:
    """Server-sent events of one stream; 503 where all places are taken."""
    if stream not in streams.STREAMS:
        raise Http404
    if request.user.role not in streams.STREAMS[stream]:
        raise PermissionDenied
    return respond(stream, streams.places)
