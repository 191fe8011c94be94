"""Whether a person wrote a mail (RFC 3834, RFC 2369, and what those do who know neither)."""

import re
from email.message import Message as Part

from campaigns.channels.email.received.parts import header

_AUTO_SUBJECT = re.compile(
    r"(?:auto(?:matic)?[- ]?(?:reply|response)|autoreply|auto:|out of (?:the )?office|vacation(?: reply)?\b"
    r"|automatische antwort|abwesenheits(?:notiz|nachricht|assistent)|abwesend:|respuesta automática"
    r"|fuera de (?:la )?oficina|réponse automatique|absence du bureau|absent[e]? du bureau|自动回复|自動回覆|自动答复)",
    re.IGNORECASE,
)
_QUIET = frozenset({"auto_reply", "auto-reply"})
_MANY = frozenset({"bulk", "list", "junk"})
_MACHINES = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|nobody|bounces?)(?:[+=-].*)?@", re.IGNORECASE
)


def is_automatic(mail: Part) -> bool:
    """Written by a machine: an auto-reply, a note that somebody is away, a notification, a report."""
    submitted = str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    older = any(mail.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"))
    quiet = _precedence(mail) in _QUIET
    return submitted not in {"no", ""} or older or quiet or _away(mail) or has_no_sender(mail)


def is_list(mail: Part) -> bool:
    """Sent to many."""
    return bool(mail.get("List-Id") or mail.get("List-Unsubscribe")) or _precedence(mail) in _MANY


def has_no_sender(mail: Part) -> bool:
    """Nobody is to answer it."""
    return str(mail.get("Return-Path", "")).strip() == "<>"


def may_be_answered_by_a_machine(mail: Part, author: str) -> bool:
    """Never a machine, a list, or nobody."""
    return not (is_automatic(mail) or is_list(mail) or _MACHINES.match(author))


def _precedence(mail: Part) -> str:
    return str(mail.get("Precedence", "")).strip().lower()


def _away(mail: Part) -> bool:
    return _AUTO_SUBJECT.match(header(mail, "Subject")) is not None
