"""One mailbox of the shop over IMAP: opened, looked into, waited for."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from campaigns.channels.models import Mailbox

SECONDS = 20.0
"""Without a word from the server."""

FLAWS: dict[str, str | Promise] = {
    "unknown_host": _("There is no server of this name."),
    "unreachable": _("The server does not answer at this port."),
    "tls": _("The server’s certificate does not hold, or it speaks no TLS at this port."),
    "login": _("The server does not take this login and password. Many providers want a password for apps."),
    "folder": _("There is no such folder."),
    "secret": _("The password cannot be read any more: give it again."),
    "other": _("The server answered something that we do not understand."),
}


class NotOpened(Exception):
    """Why the mailbox cannot be looked into: a key of FLAWS."""

    def __init__(self, flaw: str) -> None:
        super().__init__(flaw)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Found:
    """A mail in the mailbox: its number there, when it arrived there, and its bytes."""

    uid: int
    arrived: datetime | None
    raw: bytes


class Opened:
    """A mailbox whose folder is selected. `validity` is what its numbers hold for; `next_uid` the number to come."""

    def __init__(self, box: BaseMailBox, folder: str) -> None:
        self._box = box
        status = box.folder.status(folder, ["UIDVALIDITY", "UIDNEXT"])
        self.validity, self.next_uid = status["UIDVALIDITY"], status["UIDNEXT"]

    def after(self, uid: int, *, most: int) -> list[int]:
        """The numbers above `uid`, the lowest first."""
        found = [int(one) for one in self._box.uids(f"UID {uid + 1}:*")]
        return sorted(one for one in found if one > uid)[:most]

    def since(self, day: date) -> list[int]:
        """The numbers of what arrived on that day or later."""
        return sorted(int(one) for one in self._box.uids(f"SINCE {day:%d-%b-%Y}"))

    def read(self, uids: list[int]) -> Iterator[Found]:
        """One by one, so that only one is held in memory; what has gone meanwhile is left out. Changes no flag."""
        for uid in uids:
            status, data = self._box.client.uid("FETCH", str(uid), "(UID INTERNALDATE BODY.PEEK[])")
            whole = next((part for part in data if isinstance(part, tuple)), None) if status == "OK" else None
            if whole is not None:
                arrived = imaplib.Internaldate2tuple(whole[0])
                yield Found(uid, _moment(arrived), whole[1])

    def mark_seen(self, uids: list[int]) -> None:
        if uids:
            self._box.flag([str(uid) for uid in uids], "\\Seen", True)

    @property
    def can_wait(self) -> bool:
        return "IDLE" in self._box.client.capabilities

    def wait(self, seconds: float) -> bool:
        """Until the server says that something happened, or the time is over."""
        return bool(self._box.idle.wait(timeout=seconds))


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Opened]:
    """Raises NotOpened; within, OSError and ImapToolsError when the line breaks."""
    if mailbox.secret is None:
        raise NotOpened("secret")
    try:
        box = _connected(mailbox)
    except TimeoutError as error:
        raise NotOpened("unreachable") from error
    except ssl.SSLError as error:
        raise NotOpened("tls") from error
    except OSError as error:
        raise NotOpened("unknown_host" if type(error).__name__ == "gaierror" else "unreachable") from error
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        raise NotOpened("tls" if mailbox.security == Mailbox.Security.STARTTLS else "other") from error
    try:
        try:
            box.login(mailbox.login, bytes(mailbox.secret).decode(), initial_folder=None)
            box.folder.set(mailbox.folder)
        except (MailboxLoginError, UnicodeError) as error:
            raise NotOpened("login") from error
        except MailboxFolderSelectError as error:
            raise NotOpened("folder") from error
        yield Opened(box, mailbox.folder)
    finally:
        _closed(box)


def _connected(mailbox: Mailbox) -> BaseMailBox:
    match mailbox.security:
        case Mailbox.Security.TLS:
            return MailBox(mailbox.host, mailbox.port, timeout=SECONDS, ssl_context=ssl.create_default_context())
        case Mailbox.Security.STARTTLS:
            return MailBoxStartTls(
                mailbox.host, mailbox.port, timeout=SECONDS, ssl_context=ssl.create_default_context()
            )
    return MailBoxUnencrypted(mailbox.host, mailbox.port, timeout=SECONDS)


def _closed(box: BaseMailBox) -> None:
    try:
        box.logout()
    except (OSError, imaplib.IMAP4.error, ImapToolsError):
        box.client.shutdown()


def _moment(arrived) -> datetime | None:
    return datetime(*arrived[:6]).astimezone(UTC) if arrived else None
