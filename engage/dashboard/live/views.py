from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from engage.dashboard.live.streams import STREAMS, Stream, places
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role

RETRY_AFTER_SECONDS = 30


@require_GET
@role()
def live(request: StaffRequest, stream: str) -> HttpResponseBase:
    """Server-sent events of one stream; 503 where all places are taken."""
    if stream not in STREAMS:
        raise Http404
    if request.user.role not in STREAMS[stream]:
        raise PermissionDenied
    if not places.acquire(blocking=False):
        return HttpResponse(status=503, headers={"Retry-After": RETRY_AFTER_SECONDS})
    return StreamingHttpResponse(
        Stream(stream),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
