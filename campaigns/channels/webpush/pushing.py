"""One notification on its way to one browser, by its push service (RFC 8030), encrypted for it alone (RFC 8291)."""

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from campaigns.channels.webpush.browsers import Browser
from engage.lib import outward

GONE = frozenset({404, 410})
"""The push service knows nobody there any more: they took the permission back, or the browser is gone."""
USELESS = frozenset({"own_network", "no_address", "not_https"})
"""Reasons why an endpoint is none that we would ever speak to."""


def push(browser: Browser, payload: bytes, *, authorization: str, seconds: int, urgent: bool = False) -> int:
    """The status of the push service's answer; it keeps what it cannot bring at once for so many `seconds`.

    Raises NotReached.
    """
    body = http_ece.encrypt(
        payload,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=browser.p256dh,
        auth_secret=browser.auth,
        version="aes128gcm",
    )
    headers = {
        "Authorization": authorization,
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(seconds),
        "Urgency": "high" if urgent else "normal",
    }
    return outward.post(browser.endpoint, body, headers, inside=settings.WEBHOOK_NETWORKS)
