"""Who is in the chat, as the owner's server says: a JSON Web Token (RFC 7519), signed with HS256 and the chat's secret.

    {"sub": "your id of them", "email": "…", "name": "…", "exp": 1767225600}

Of `sub` and `email` one at least; `exp` at most a day ahead. Whatever is wrong with a token, it says nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt
from django.db import transaction

from crm.business.changes import note
from crm.contacts import normal
from crm.contacts.normal import IdentityKey
from crm.dialogue.models import ChatSecret

LONGEST_LIFE = timedelta(days=1)
LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Named:
    """`keys` are proved by the owner's server."""

    keys: tuple[IdentityKey, ...]
    name: str


def make_chat_secret(*, by: str, at: datetime) -> str:
    """A new one in the place of the present one, which proves nothing from now on; its text is shown once."""
    text = "chat_" + secrets.token_urlsafe(48)
    with transaction.atomic():
        ChatSecret.objects.all().delete()
        ChatSecret.objects.create(secret=text.encode(), made=at, made_by=by[:120])
        note({"chat_secret": ("", "made")}, by=by, at=at)
    return text


def named(token: str, *, at: datetime) -> Named | None:
    """Whom a token names; None where there is none, or it was not signed with the secret, or is too old or too long
    valid. One query at most."""
    if not token or len(token) > LONGEST:
        return None
    known = ChatSecret.objects.order_by("-pk").first()
    if known is None or known.secret is None:
        return None
    options = {"require": ["exp"], "verify_exp": False, "verify_aud": False, "verify_iat": False, "verify_sub": False}
    try:
        said = jwt.decode(token, bytes(known.secret), algorithms=["HS256"], options=options)  # type: ignore[arg-type]
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
    return _read(said, at)


def _read(said: dict, at: datetime) -> Named | None:
    ends = said["exp"]
    if isinstance(ends, bool) or not isinstance(ends, int | float):
        return None
    if not at.timestamp() < ends <= (at + LONGEST_LIFE).timestamp() + 60:
        return None
    found = (normal.identity("external", said.get("sub")), normal.identity("email", said.get("email")))
    keys = tuple(key for key in found if key)
    name = said.get("name")
    return Named(keys, name.strip()[:200] if isinstance(name, str) and name.isprintable() else "") if keys else None
