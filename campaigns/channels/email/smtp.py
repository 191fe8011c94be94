"""Hands mail to an SMTP server over a few kept connections, as fast as the server answers.

Each connection has at most one mail between its `handing` mark and its outcome. While the server looks at one body,
the next mail is already announced behind it. A slow or failing recipient holds up its own connection only.
"""

import math
import selectors
import time
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from campaigns.channels.email.connection import Connection, Mail, Stage
from campaigns.channels.email.greeting import Lost, Reply, Server
from campaigns.channels.email.mime import BadAddress, ascii_address, compose
from campaigns.channels.port import Fate, Outcome, Parcel, Turn

GATHER = 0.005  # seconds that a ready mail waits for the others, so that one mark serves them all
RETRIES = 1  # for the first mail of a connection that died and had not taken it
HEARING_OUT = 20  # seconds that we wait for the word on what was handed over when the ledger broke
LOSSES = 5  # connections lost in a row, before any mail of theirs was answered, until we give up
KEPT = 60  # seconds without mail until we end the connections: a firewall may forget them and say nothing
_FATES = {2: Fate.ACCEPTED, 4: Fate.DEFERRED, 5: Fate.REFUSED}


class Smtp:
    """A carrier; its parcels hold `mime.Letter`s. One per process, not shared between threads."""

    leaves = True

    def __init__(self, server: Server) -> None:
        self.server = server
        self.idle: list[Connection] = []
        self._idle_since = 0.0

    def hand_over(self, parcels: Iterable[Parcel], turn: Turn) -> None:
        """Every parcel comes back through `turn`. What `turn` raises is raised, after a last call (see `Turn`)."""
        if time.monotonic() - self._idle_since > KEPT:
            self.close()
        run = _Run(self.server, self.idle, iter(parcels), turn)
        self.idle = []
        try:
            run.all()
        except BaseException:
            run.hear_out()
            run.abort()
            raise
        self.idle, self._idle_since = [line.connection for line in run.lines], time.monotonic()

    def close(self) -> None:
        for connection in self.idle:
            connection.quit()
        self.idle = []


@dataclass(slots=True, eq=False)
class _Line:
    """A connection in use: the mail that is announced, whether it may be given its body, and the one handed over.
    It is `fresh` until the server answered for a mail. `overtaken` is one whose announced mail went another way: it
    hears what becomes of the other, and ends."""

    connection: Connection
    fresh: bool
    announced: Mail | None = None
    ready: bool = False
    handed: Mail | None = None
    overtaken: bool = False
    deadline: float = 0.0

    @property
    def is_free(self) -> bool:
        return self.announced is None and not self.overtaken

    @property
    def behind(self) -> Mail | None:
        """What is announced behind a mail that has no answer yet."""
        return self.announced if self.connection.waiting[0][0] is Stage.FINAL else None


class _Run:
    def __init__(self, server: Server, idle: list[Connection], parcels: Iterator[Parcel], turn: Turn) -> None:
        self.server, self.turn = server, turn
        self.lines: list[_Line] = []
        self.outcomes: list[Outcome] = []
        self._parcels = parcels
        self._again: deque[Mail] = deque()
        self._limit = server.connections
        self._losses = 0
        self._selector = selectors.DefaultSelector()
        for connection in idle:
            self._add(connection, fresh=False)

    def all(self) -> None:
        while self._announce() or self._busy():
            quiet = not self._poll()
            ready = [line for line in self.lines if line.ready]
            waited = len(ready) == sum(line.announced is not None for line in self.lines)
            if (ready and waited) or (quiet and (ready or self.outcomes)):
                self._hand(ready)
            self._drop_the_silent()
        if self.outcomes:
            self._report([])
        self._selector.close()

    def hear_out(self) -> None:
        """Hand over nothing more, but hear what becomes of the mails that were. Never raises."""
        end = time.monotonic() + HEARING_OUT
        with suppress(Exception):
            while any(line.handed for line in self.lines) and time.monotonic() < end:
                self._poll(end)
                self._drop_the_silent()
            self._report([])

    def abort(self) -> None:
        for line in self.lines:
            line.connection.close()
        self._selector.close()

    # Which mail goes where

    def _announce(self) -> bool:
        """Give each free connection its next mail, opening connections while there are mails for them. A mail that lost
        one gets one of its own: servers end all that they have had enough of at about the same time."""
        announced = False
        while self._again and self._has_room() and self._open():
            announced |= self._begin(self.lines[-1], self._again.popleft())
        for line in list(self.lines):
            if line.is_free:
                mail = self._next()
                if mail is None:
                    return announced
                announced |= self._begin(line, mail)
        while self._has_room() and (mail := self._next()) is not None:
            self._again.appendleft(mail)
            if not self._open():
                break
            announced |= self._begin(self.lines[-1], self._again.popleft())
        return announced

    def _has_room(self) -> bool:
        return len(self.lines) < self._limit

    def _next(self) -> Mail | None:
        if self._again and not self._has_room():
            return self._again.popleft()
        for parcel in self._parcels:
            try:
                return _mail(parcel)
            except BadAddress:
                self._settle(parcel.key, Fate.REFUSED, "not a mail address")
            except ValueError as error:
                self._settle(parcel.key, Fate.REFUSED, error)
        return None

    def _begin(self, line: _Line, mail: Mail) -> bool:
        if mail.needs_smtputf8 and not line.connection.smtputf8:
            self._settle(mail.key, Fate.REFUSED, "the mail server cannot write to an address with such letters")
            return True
        mail.refusal, mail.end = None, 0
        line.announced = mail
        line.connection.begin(mail)
        self._write(line)
        return True

    def _open(self) -> bool:
        try:
            self._add(Connection(self.server), fresh=True)
        except Lost as error:
            self._limit = len(self.lines)
            if not self._limit:
                self._give_up(str(error))
            return False
        return True

    def _give_up(self, reason: str) -> None:
        while (mail := self._next()) is not None:
            self._settle(mail.key, Fate.NOT_HANDED, reason)

    def _busy(self) -> bool:
        return any(line.announced or line.handed for line in self.lines)

    # Handing over

    def _hand(self, ready: list[_Line]) -> None:
        allowed = self._report([line.announced.key for line in ready if line.announced])
        for line in ready:
            mail, line.announced, line.ready = line.announced, None, False
            if mail is None:
                continue
            if allowed is not None and mail.key not in allowed:
                self._settle(mail.key, Fate.NOT_HANDED, "stopped")
                self._remove(line)  # after DATA only closing takes a mail back
                continue
            line.handed = mail
            line.connection.finish(mail)
            if (following := self._next()) is not None:
                self._begin(line, following)
            else:
                self._write(line)

    def _report(self, keys: list[Any]) -> Collection[Any] | None:
        outcomes, self.outcomes = self.outcomes, []
        return self.turn(outcomes, keys)

    def _settle(self, key: Any, fate: Fate, reply: object) -> None:
        self.outcomes.append(Outcome(key, fate, str(reply)))

    # Listening

    def _poll(self, end: float = math.inf) -> bool:
        """Wait for the server until `end` at most; whether anything came."""
        now = time.monotonic()
        pending = self.outcomes or any(line.ready for line in self.lines)
        deadlines = [line.deadline for line in self.lines if line.connection.waiting]
        if not deadlines:
            return False
        events = self._selector.select(GATHER if pending else max(min(*deadlines, end) - now, 0))
        for key, mask in events:
            line = key.data
            if mask & selectors.EVENT_WRITE:
                self._write(line)
            if mask & selectors.EVENT_READ and line in self.lines:
                self._read(line)
        return bool(events)

    def _read(self, line: _Line) -> None:
        try:
            for stage, mail, reply in line.connection.read():
                self._hear(line, stage, mail, reply)
            line.connection.write()
        except Lost as error:
            self._lost(line, error)
        else:
            self._watch(line)

    def _hear(self, line: _Line, stage: Stage, mail: Mail, reply: Reply) -> None:
        if stage is Stage.FINAL:
            self._hear_final(line, mail, reply)
        elif reply.code == 421 or line.announced is not mail:
            pass  # it means the connection, not the mail; or the mail went another way
        elif stage is Stage.DATA:
            self._hear_data(line, mail, reply)
        elif stage is Stage.RCPT and reply.code < 300 and mail.refusal:
            line.announced = None
            self._judge(mail, mail.refusal)
            raise Lost("it takes a recipient of a mail that it refused")  # who would get an empty one
        elif not 200 <= reply.code < 300:
            mail.refusal = mail.refusal or reply

    def _hear_data(self, line: _Line, mail: Mail, reply: Reply) -> None:
        if reply.code == 354 and mail.refusal is None:
            line.ready = True
            return
        if reply.code == 354:
            line.connection.abandon(mail)
        line.announced = None
        self._is_served(line)
        self._judge(mail, mail.refusal or reply)

    def _hear_final(self, line: _Line, mail: Mail, reply: Reply) -> None:
        if line.handed is mail:
            line.handed = None
            self._is_served(line)
            self._judge(mail, reply)
        if line.overtaken:
            raise Lost("its next mail went another way")

    def _is_served(self, line: _Line) -> None:
        line.fresh = False
        self._losses = 0

    def _judge(self, mail: Mail, reply: Reply) -> None:
        unclear = Fate.UNKNOWN if mail.end else Fate.DEFERRED
        self._settle(mail.key, _FATES.get(reply.code // 100, unclear), reply)

    # What goes wrong

    def _drop_the_silent(self) -> None:
        now = time.monotonic()
        for line in list(self.lines):
            if line.connection.waiting and now > line.deadline:
                if line.handed and line.behind:
                    self._overtake(line, line.behind)
                    continue
                if line.announced and not line.handed:
                    line.announced.retries = RETRIES + 1  # its recipient was waited for long enough
                self._lost(line, Lost("no answer in time"))

    def _overtake(self, line: _Line, mail: Mail) -> None:
        """Nothing of it was handed over: it need not wait for the word on the one before."""
        line.announced, line.overtaken = None, True
        line.deadline += self._patience(line) - self.server.overtaking
        self._again.append(mail)

    def _lost(self, line: _Line, error: Lost) -> None:
        self._remove(line)
        self._losses += line.fresh and bool(line.handed or line.announced)
        if line.handed and line.connection.was_sent(line.handed):
            self._settle(line.handed.key, Fate.UNKNOWN, error)
        elif line.handed:
            self._try_again(line.handed, error, pays=line.fresh)
        if line.announced:
            self._try_again(line.announced, error, pays=line.fresh and not line.handed)
        if self._losses >= LOSSES:
            self._limit = len(self.lines)
            if not self._limit:
                self._give_up(str(error))

    def _try_again(self, mail: Mail, error: Lost, *, pays: bool) -> None:
        """It `pays` where the connection may have died of it, rather than of age or of the mail before it."""
        mail.retries += pays
        if mail.retries <= RETRIES:
            self._again.append(mail)
        else:
            self._settle(mail.key, Fate.DEFERRED if str(error).startswith("421") else Fate.NOT_HANDED, error)

    # Connections

    def _add(self, connection: Connection, *, fresh: bool) -> None:
        line = _Line(connection, fresh)
        self.lines.append(line)
        self._selector.register(connection, selectors.EVENT_READ, line)

    def _remove(self, line: _Line) -> None:
        self.lines.remove(line)
        self._selector.unregister(line.connection)
        line.connection.close()

    def _write(self, line: _Line) -> None:
        try:
            line.connection.write()
        except Lost as error:
            self._lost(line, error)
        else:
            self._watch(line)

    def _watch(self, line: _Line) -> None:
        """Await the next reply, and room to write if there is more to say."""
        connection = line.connection
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if connection.wants_to_write else 0)
        if self._selector.get_key(connection).events != events:
            self._selector.modify(connection, events, line)
        if connection.waiting:
            line.deadline = time.monotonic() + self._patience(line)

    def _patience(self, line: _Line) -> float:
        if line.connection.waiting[0][0] is not Stage.FINAL:
            return self.server.reply_timeout
        if line.handed and line.behind:
            return min(self.server.overtaking, self.server.final_timeout)
        return self.server.final_timeout


def _mail(parcel: Parcel) -> Mail:
    letter = parcel.content
    composed = compose(letter)
    if letter.signer:
        composed = letter.signer.sign(composed, at=int(letter.at.timestamp()))
    data = b"\r\n" + composed
    stuffed = data.replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"
    sender = letter.return_path or letter.sender.email
    return Mail(parcel.key, ascii_address(sender), ascii_address(letter.to.email), stuffed)
