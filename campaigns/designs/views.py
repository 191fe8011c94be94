"""Pictures as mail programs fetch them: no cookie, nothing but a picture, and for ever the same."""

from django.http import FileResponse, Http404, HttpRequest
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from campaigns.designs.pictures import path_of

KINDS = {".jpg": "image/jpeg", ".png": "image/png", ".gif": "image/gif"}
NOTHING: dict[str, list[str]] = {"default-src": [CSP.NONE], "sandbox": [""]}
A_YEAR = 365 * 24 * 3600


@require_safe
@csp_override(NOTHING)
def picture(request: HttpRequest, name: str) -> FileResponse:
    """The name says what it shows, so that nobody needs to ask for it twice."""
    path = path_of(name)
    if path is None:
        raise Http404
    found = FileResponse(path.open("rb"), content_type=KINDS[path.suffix])
    found["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    found["X-Content-Type-Options"] = "nosniff"
    return found
