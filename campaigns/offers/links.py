"""The page of what somebody was given. Whoever has the link can use it; it names nobody."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse

from campaigns.offers.models import Given
from engage.lib import tokens

BadToken = tokens.BadToken


def offer_url(given: Given) -> str:
    return url_of(given.uid)


def url_of(uid: UUID) -> str:
    return settings.PUBLIC_URL + reverse("offer", args=[tokens.seal("offer", uid)])


def read(token: str) -> UUID:
    """Raises BadToken."""
    return tokens.unseal("offer", token)


def scanned(text: str) -> UUID | None:
    """What the link of such a page is of, as a scanner types it; None of anything else."""
    token = text.strip().rstrip("/").rpartition("/offer/")[2]
    try:
        return read(token)
    except BadToken:
        return None
