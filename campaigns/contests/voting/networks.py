"""From where a vote came, as a keyed hash: it can be told from others of its contest, and says nothing elsewhere."""

import hmac
from hashlib import blake2b
from ipaddress import IPv4Address, ip_address, ip_network

from django.conf import settings

from campaigns.contests.models import Contest

PREFIX = 64
"""Of an address of version 6: what one household or shop has (RFC 6177)."""


def hashed(contest: Contest, address: str | None) -> str:
    """32 hexadecimal digits; '' where the address is unknown. Of version 6 only the network counts."""
    if not address:
        return ""
    found = ip_address(address)
    network = found if isinstance(found, IPv4Address) else ip_network((found, PREFIX), strict=False)
    key = hmac.digest(settings.SECRET_KEY.encode(), f"contest-network:{contest.uid}".encode(), "sha256")
    return blake2b(str(network).encode(), key=key, digest_size=16).hexdigest()
