"""Secrets that the database keeps and cannot read: encrypted with the installation's secret key.

What was sealed with a key of SECRET_KEY_FALLBACKS is still read.
"""

import base64
import hmac
import logging
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

log = logging.getLogger(__name__)


def seal(secret: bytes) -> bytes:
    return _vault((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)).encrypt(secret)


def unseal(sealed: bytes) -> bytes | None:
    """None where it cannot be read: it was sealed with another key."""
    try:
        return _vault((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)).decrypt(sealed)
    except InvalidToken:
        log.error("a secret in the database cannot be read: SECRET_KEY is another; give or make it anew")
        return None


class SealedField(models.BinaryField):
    """Bytes, sealed in the database; None where they cannot be read there. Nothing can be searched in it."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(None if value is None else seal(value), connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else unseal(bytes(value))


@lru_cache(maxsize=8)
def _vault(secrets: Sequence[str]) -> MultiFernet:
    keys = [hmac.digest(secret.encode(), b"engage.signing", "sha256") for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
