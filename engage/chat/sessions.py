"""What lets a visitor back into their chat: a signed token that their frame keeps, or holds while it is open.

Of whom nobody has named, the token is kept with the frame. Whom the owner's server named gets in by its word alone, and
holds a token only until the page is left: a device may be used by several people.
"""

from datetime import datetime, timedelta
from uuid import UUID

from crm.dialogue.chat import visit_of
from crm.dialogue.models import ChatVisit
from engage.lib import tokens

KEPT = timedelta(days=30)
HELD = timedelta(hours=12)
_PURPOSE, _LIVE = "chat", "chat.live"


def grant(visit: ChatVisit, *, at: datetime) -> str:
    until = at + (HELD if visit.proved else KEPT)
    return tokens.sign(_PURPOSE, visit.uid.hex, int(until.timestamp()))


def read(token: str, *, at: datetime) -> UUID | None:
    """Whose visit a token lets in; None where it was not made here, or is too old. No query."""
    try:
        uid, until = tokens.read(_PURPOSE, token)
        return UUID(uid) if at.timestamp() < int(until) else None
    except ValueError:
        return None


def find(token: str, *, at: datetime) -> ChatVisit | None:
    """One query at most."""
    uid = read(token, at=at)
    return visit_of(uid) if uid else None


def live_token(visit: ChatVisit) -> str:
    """Good for hearing that there is something new, and for nothing else: it stands in an address."""
    return tokens.seal(_LIVE, visit.uid)


def read_live(token: str) -> UUID:
    """Raises BadToken."""
    return tokens.unseal(_LIVE, token)
