"""Photos that people sent, for staff."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from campaigns.surveys.models import Photo, Response
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib.files import SANDBOX, shut


@require_GET
@role()
def survey_photo(request: StaffRequest, uid: UUID) -> HttpResponse:
    """As it was made anew; of what was sent, and not only begun."""
    photo = get_object_or_404(Photo, uid=uid, response__state=Response.State.FINAL)
    return shut(HttpResponse(bytes(photo.data), content_type=f"image/{photo.kind}"), SANDBOX)
