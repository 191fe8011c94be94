"""The script that shops put on their sites."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from crm.business.models import Key
from crm.events import keys

_SOURCE = Path(__file__).with_name("site.js")


@require_safe
def site_script(request: HttpRequest, site: str) -> HttpResponse:
    """The script for the site key `site`. No cookie, and cached by browsers for an hour."""
    if keys.kind_of(site) != Key.Kind.SITE:
        raise Http404
    script = _source().replace("__KEY__", site).replace("__HOME__", settings.PUBLIC_URL)
    return HttpResponse(
        script,
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"},
    )


@cache
def _source() -> str:
    return _SOURCE.read_text()
