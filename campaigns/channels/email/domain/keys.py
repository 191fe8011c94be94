"""Keys that mail is signed with: made here, kept encrypted, shown to nobody."""

import base64
import time
from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from campaigns.channels.email.domain.dkim import Signer
from campaigns.channels.models import SigningKey

BITS = 2048
"""RFC 8301; larger keys do not fit into one string of a TXT record, and cost several times as much a mail."""
LIFETIME = 30
"""Seconds that a process may sign by a key that was made anew, or not yet."""


def make_key(*, domain: str, by: str, at: datetime) -> SigningKey:
    """A new key for a domain, in place of the one before: its selector is new too, so that mail under way stays good as
    long as the old record stands."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    der = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    fields = {
        "selector": f"engage{at:%y%m%d%H%M%S}",
        "private": der,
        "public": base64.b64encode(public).decode(),
        "made": at,
        "made_by": by[:120],
    }
    key, _ = SigningKey.objects.update_or_create(domain=domain, defaults=fields)
    _signer.cache_clear()
    return key


def drop_key(*, domain: str) -> None:
    """Sign no more."""
    SigningKey.objects.filter(domain=domain).delete()
    _signer.cache_clear()


def record_of(domain: str) -> tuple[str, str] | None:
    """Name and value of the record that shows the domain's key; None if we do not sign. One query."""
    key = SigningKey.objects.filter(domain=domain).first()
    return (f"{key.selector}._domainkey.{domain}", f"v=DKIM1; k=rsa; p={key.public}") if key else None


def signer(domain: str) -> Signer | None:
    """Who signs the domain's mail; None if nobody does. A query every half minute."""
    return _signer(domain, int(time.monotonic() // LIFETIME))


@lru_cache(maxsize=8)
def _signer(domain: str, _moment: int) -> Signer | None:
    key = SigningKey.objects.filter(domain=domain).first()
    if key is None or key.private is None:
        return None
    return Signer(domain, key.selector, serialization.load_der_private_key(key.private, password=None))
