"""What a browser gives when somebody allows notifications: where to push, and how to encrypt what only it can read."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import ec

from engage.lib.outward import place


class NoBrowser(ValueError):
    """This is no subscription that we could push to."""


@dataclass(frozen=True, slots=True)
class Browser:
    """`p256dh` is its public key, 65 bytes; `auth` 16 bytes that only it and we know (RFC 8291)."""

    endpoint: str
    p256dh: bytes
    auth: bytes

    @property
    def digest(self) -> str:
        """How we call it: who knows the endpoint itself could be taken for us."""
        return hashlib.sha256(self.endpoint.encode()).hexdigest()

    def kept(self) -> bytes:
        """To be sealed; `of` reads it again."""
        keys = {"p256dh": _text(self.p256dh), "auth": _text(self.auth)}
        return orjson.dumps({"endpoint": self.endpoint, "keys": keys})


def of(said: Any) -> Browser:
    """`PushSubscription.toJSON()`, as it came. Raises NoBrowser."""
    keys = said.get("keys") if isinstance(said, dict) else None
    if not isinstance(keys, dict) or not isinstance(said.get("endpoint"), str):
        raise NoBrowser
    if place(said["endpoint"]) is None:
        raise NoBrowser
    p256dh, auth = _bytes(keys.get("p256dh")), _bytes(keys.get("auth"))
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), p256dh)
    except ValueError as error:
        raise NoBrowser from error
    if len(p256dh) != 65 or len(auth) != 16:
        raise NoBrowser
    return Browser(said["endpoint"], p256dh, auth)


def read(kept: bytes | memoryview | None) -> Browser | None:
    """As it was kept; None where that cannot be read any more."""
    return of(orjson.loads(bytes(kept))) if kept else None


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(value: Any) -> bytes:
    if not isinstance(value, str) or len(value) > 200:
        raise NoBrowser
    try:
        return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except (binascii.Error, ValueError) as error:
        raise NoBrowser from error
