"""A link as a QR code: SVG for print, PNG for everything else."""

import io

import segno
from django.http import Http404, HttpResponse

KINDS = {"svg": "image/svg+xml", "png": "image/png"}
SCALES = {"svg": 8, "png": 16}


def qr_code(link: str, kind: str, *, name: str) -> HttpResponse:
    """A picture called `name`. 404 for another kind."""
    if kind not in KINDS:
        raise Http404
    out = io.BytesIO()
    segno.make_qr(link, error="m").save(out, kind=kind, scale=SCALES[kind], light="#fff")
    named = f'inline; filename="{name}.{kind}"'
    return HttpResponse(out.getvalue(), content_type=KINDS[kind], headers={"Content-Disposition": named})
