"""Pictures for colleagues: an entry's photo in small, and the code of a contest's page."""

import io
from uuid import UUID

import segno
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from campaigns.contests.links import contest_url
from campaigns.contests.models import Entry, Small
from campaigns.surveys.models import Photo
from engage.dashboard.contests.views import contest_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib.files import SANDBOX, shut

SCALE = 8


@require_GET
@role()
def small_photo(request: StaffRequest, uid: UUID, entry: UUID) -> HttpResponse:
    """Whatever its standing."""
    found = get_object_or_404(Small, entry__uid=entry, entry__contest__uid=uid)
    return shut(HttpResponse(bytes(found.data), content_type=f"image/{found.kind}"), SANDBOX)


@require_GET
@role()
def former_photo(request: StaffRequest, uid: UUID, entry: UUID) -> HttpResponse:
    """Of an entry that was changed, the one that was decided on."""
    found = get_object_or_404(Photo, pk__in=Entry.objects.filter(uid=entry, contest__uid=uid).values("was_photo"))
    return shut(HttpResponse(bytes(found.data), content_type=f"image/{found.kind}"), SANDBOX)


@require_GET
@role()
def contest_qr(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The address of its page, for print."""
    found, out = contest_or_404(uid), io.BytesIO()
    segno.make_qr(contest_url(found.survey.key), error="m").save(out, kind="svg", scale=SCALE, light="#fff")
    return shut(HttpResponse(out.getvalue(), content_type="image/svg+xml"), SANDBOX)
