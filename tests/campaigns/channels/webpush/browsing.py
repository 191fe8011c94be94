"""A browser as a push service and our service worker see it: it makes keys, and reads what was encrypted for it.

Decrypted by the letter of RFC 8291 and 8188, apart from how we encrypt.
"""

import base64
import json
import os
import re
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

POINT = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint


class FakeBrowser:
    def __init__(self, service: str) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._auth = os.urandom(16)
        self.public = self._private.public_key().public_bytes(*POINT)
        self.endpoint = f"{service}/push/{secrets.token_urlsafe(16)}"

    @property
    def subscription(self) -> dict[str, Any]:
        """What `PushSubscription.toJSON()` gives."""
        return {
            "endpoint": self.endpoint,
            "expirationTime": None,
            "keys": {"p256dh": text(self.public), "auth": text(self._auth)},
        }

    def read(self, request: bytes) -> dict[str, Any]:
        """What a request to its push service says to it."""
        body = request.partition(b"\r\n\r\n")[2]
        salt, theirs, record = body[:16], body[21:86], body[86:]
        assert (body[16:21], len(body) <= 4096) == (b"\x00\x00\x10\x00\x41", True)
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        shared = self._private.exchange(ec.ECDH(), sender)
        secret = derived(shared, self._auth, b"WebPush: info\x00" + self.public + theirs, 32)
        key, nonce = (
            derived(secret, salt, b"Content-Encoding: aes128gcm\x00", 16),
            derived(secret, salt, b"Content-Encoding: nonce\x00", 12),
        )
        plain = AESGCM(key).decrypt(nonce, record, None)
        assert plain[-1:] == b"\x02"
        return json.loads(plain[:-1])


def head(request: bytes) -> dict[str, str]:
    """The headers of a request, by their names in lower case."""
    lines = request.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


def vouched(request: bytes) -> tuple[dict[str, Any], str]:
    """What proves the sender (RFC 8292): its claims, and the key that signed them. Raises InvalidSignature."""
    token, key = re.fullmatch(r"vapid t=([^,]+),\s*k=(.+)", head(request)["authorization"]).groups()
    said, _, signature = token.rpartition(".")
    r, s = (int.from_bytes(part) for part in (raw(signature)[:32], raw(signature)[32:]))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(key))
    public.verify(encode_dss_signature(r, s), said.encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(raw(said.partition(".")[2])), key


def derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def raw(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
