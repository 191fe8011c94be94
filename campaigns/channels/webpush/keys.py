"""The key by which push services know us (VAPID, RFC 8292): made once, kept sealed. Browsers bind what they allow to
it, so a new one would make everybody say yes anew."""

import base64
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import transaction
from py_vapid import Vapid02

from campaigns.channels.models import PushKey
from crm.business.models import Business

LIVES = timedelta(hours=12)
"""Of what proves us to a push service; they take a day at most."""
ONLY = 1


def public_key(*, at: datetime) -> str:
    """As browsers want it; made when it is asked for first, or anew where it cannot be read any more."""
    with transaction.atomic():
        known = PushKey.objects.select_for_update().filter(pk=ONLY).first()
        if known and known.private is not None:
            return known.public
        made = _made(at)
        known, _new = PushKey.objects.update_or_create(pk=ONLY, defaults=made)
        return known.public


class Voucher:
    """What proves us to the push services of one chunk: each is signed for once. Two queries at most."""

    def __init__(self, shop: Business, *, at: datetime) -> None:
        found = PushKey.objects.filter(pk=ONLY).first()
        private = found.private if found else None
        self._key = Vapid02(serialization.load_der_private_key(private, password=None)) if private else None
        self._contact = f"mailto:{shop.sender_email}" if shop.sender_email else _ourselves()
        self._until = int((at + LIVES).timestamp())
        self._said: dict[str, str] = {}

    def authorization(self, endpoint: str) -> str:
        """The header for where this endpoint is; empty without a key."""
        if self._key is None:
            return ""
        where = urlsplit(endpoint)
        audience = f"{where.scheme}://{where.netloc}"
        if audience not in self._said:
            claims = {"aud": audience, "exp": self._until, "sub": self._contact}
            self._said[audience] = self._key.sign(claims)["Authorization"]
        return self._said[audience]


def _ourselves() -> str:
    """Whom a push service may write to about us, where no sender is set."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"mailto:postmaster@{host}" if "." in host else "mailto:postmaster@localhost.localdomain"


def _made(at: datetime) -> dict[str, object]:
    key = ec.generate_private_key(ec.SECP256R1())
    formats = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    public = base64.urlsafe_b64encode(point).rstrip(b"=").decode()
    return {"private": key.private_bytes(*formats), "public": public, "made": at}
