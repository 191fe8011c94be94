"""One SMTP connection (RFC 5321) as a state machine over a socket that never blocks once it is open.

With PIPELINING (RFC 2920) a mail's MAIL, RCPT and DATA travel together, behind the body of the mail before it, so
that a mail costs one round trip.
"""

import ssl
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto

from campaigns.channels.email.greeting import CHUNK, MAX_REPLY, Lost, Reply, Server, greet, parse, words_of


class Stage(Enum):
    RSET = auto()
    MAIL = auto()
    RCPT = auto()
    DATA = auto()
    FINAL = auto()


@dataclass(slots=True)
class Mail:
    """A mail on its way; `data` ends with the dot line. `refusal` is the first reply that stopped it; `end` counts
    the connection's bytes up to its dot, 0 before it is handed over."""

    key: object
    mail_from: str
    rcpt: str
    data: bytes
    retries: int = 0
    refusal: Reply | None = None
    end: int = 0

    @property
    def needs_smtputf8(self) -> bool:
        return not (self.mail_from.isascii() and self.rcpt.isascii())


class Connection:
    """Open it with `Connection(server)`, which blocks at most some time-outs and raises Lost or NotAllowed."""

    def __init__(self, server: Server) -> None:
        self.socket, offers = greet(server)
        self.pipelining = "PIPELINING" in offers
        self.smtputf8 = "SMTPUTF8" in offers
        self.waiting: deque[tuple[Stage, Mail]] = deque()
        self._out = b""
        self._unsent: deque[bytes] = deque()
        self._in = b""
        self._lines: list[str] = []
        self._queued = self._sent = 0
        self._unfinished = False
        self._pending = getattr(self.socket, "pending", int)  # TLS may hold bytes that no selector sees

    def close(self) -> None:
        self.socket.close()

    def quit(self) -> None:
        """Say goodbye without waiting for an answer."""
        with suppress(OSError):
            self.socket.send(b"QUIT\r\n")
        self.close()

    def fileno(self) -> int:
        return self.socket.fileno()

    # What is said

    def begin(self, mail: Mail) -> None:
        """Announce a mail. It may be given its body when DATA is answered with 354. One that was refused before is
        taken back first: servers refuse a second MAIL before the first has ended (RFC 5321, section 4.1.4)."""
        if self._unfinished:
            self._say(Stage.RSET, mail, b"RSET\r\n")
            self._unfinished = False
        options = " BODY=8BITMIME SMTPUTF8" if mail.needs_smtputf8 else ""
        self._say(Stage.MAIL, mail, f"MAIL FROM:<{mail.mail_from}>{options}\r\n".encode())
        self._say(Stage.RCPT, mail, f"RCPT TO:<{mail.rcpt}>\r\n".encode())
        self._say(Stage.DATA, mail, b"DATA\r\n")

    def finish(self, mail: Mail) -> None:
        """Send the body and the final dot; from here on the mail may arrive."""
        self._say(Stage.FINAL, mail, mail.data)
        mail.end = self._queued

    def abandon(self, mail: Mail) -> None:
        """End an unwanted DATA (no recipient was taken, yet the server asks for the body): a lone dot."""
        self._say(Stage.FINAL, mail, b".\r\n")

    def was_sent(self, mail: Mail) -> bool:
        """Whether the whole body with its dot has left this process."""
        return bool(mail.end) and self._sent >= mail.end

    def _say(self, stage: Stage, mail: Mail, data: bytes) -> None:
        self.waiting.append((stage, mail))
        if self.pipelining or (len(self.waiting) == 1 and not self._unsent):
            self._push(data)
        else:
            self._unsent.append(data)

    def _push(self, data: bytes) -> None:
        self._out += data
        self._queued += len(data)

    @property
    def wants_to_write(self) -> bool:
        return bool(self._out)

    def write(self) -> None:
        """Send what the socket takes. Raises Lost."""
        try:
            while self._out:
                sent = self.socket.send(self._out[:CHUNK])
                self._out = self._out[sent:]
                self._sent += sent
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            return
        except OSError as error:
            raise Lost(words_of(error)) from error

    # What is heard

    def read(self) -> Iterator[tuple[Stage, Mail, Reply]]:
        """The replies that have arrived. Raises Lost, after those that came before the end."""
        lost = self._receive()
        for reply in self._replies():
            if not self.waiting:
                raise Lost(str(reply))  # a server that speaks unasked is about to close: 421
            stage, mail = self.waiting.popleft()
            if stage is Stage.DATA:
                self._unfinished = reply.code != 354
            if self._unsent:
                self._push(self._unsent.popleft())
            yield stage, mail, reply
            if reply.code == 421:
                raise Lost(str(reply))
        if lost:
            raise lost

    def _receive(self) -> Lost | None:
        try:
            while True:
                data = self.socket.recv(CHUNK)
                if not data:
                    return Lost("the mail server closed the connection")
                self._in += data
                if len(self._in) > MAX_REPLY:
                    return Lost("the mail server's answer is too long")
                if len(data) < CHUNK and not self._pending():
                    return None
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None
        except OSError as error:
            return Lost(words_of(error))

    def _replies(self) -> Iterator[Reply]:
        *complete, self._in = self._in.split(b"\n")
        for raw in complete:
            code, more, text = parse(raw)
            self._lines.append(text)
            if not more:
                yield Reply(code, " ".join(self._lines))
                self._lines = []
