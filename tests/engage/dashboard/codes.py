"""What a QR code of one of our pages looks like."""

import io

import segno
from django.conf import settings


def code(path: str, kind: str) -> bytes:
    out = io.BytesIO()
    segno.make_qr(settings.PUBLIC_URL + path, error="m").save(
        out, kind=kind, scale=8 if kind == "svg" else 16, light="#fff"
    )
    return out.getvalue()
