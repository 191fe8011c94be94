"""A mail server in every mood that they have: slow, tired of a connection, greylisting, refusing, hanging up after the
final dot, and silent after it. How it takes a recipient is in the address: `grey7@people.test`."""

import asyncio
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.concurrency.sink import SlowSink
from tests.smtp import serving

FASTEST, SLOWEST = 0.005, 0.2
"""Seconds that it takes to answer a mail."""


@dataclass
class MoodySink(SlowSink):
    """`most` mails go over one connection, then 421. `times` says when each of `messages` came, by the monotonic clock;
    `asked` how often each address was announced. Who is silent is so until `over`."""

    most: int = 500
    times: list[float] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)
    _carried: Counter[Session] = field(default_factory=Counter)
    _moved: set[str] = field(default_factory=set)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        self._carried[session] += 1
        if self._carried[session] > self.most:
            assert server.transport
            asyncio.get_running_loop().call_soon(server.transport.close)
            return "421 4.7.0 too many messages in this connection"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        self.asked[address] += 1
        mood = mood_of(address)
        if mood == "no":
            return "550 5.1.1 no such mailbox"
        if mood == "never" or (mood == "grey" and self.asked[address] == 1):
            return "451 4.7.1 try again later"
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.seconds = random.uniform(FASTEST, SLOWEST)
        self.times.append(time.monotonic())
        answer = await super().handle_DATA(server, session, envelope)
        [address] = envelope.rcpt_tos
        mood = mood_of(address)
        if address not in self._moved and mood in {"drop", "silent"}:  # the second time it is in a better one
            self._moved.add(address)
            while mood == "silent" and not self.over.is_set():
                await asyncio.sleep(0.1)
            line = server.transport
            assert isinstance(line, asyncio.Transport)
            line.abort()
        return answer

    def came(self) -> dict[str, float]:
        """When the first mail came to each address."""
        with self.lock:
            last_first = zip(reversed(self.rcpt_tos), reversed(self.times), strict=False)
            return {address: at for [address], at in last_first}


def mood_of(address: str) -> str:
    found = re.match("[a-z]+", address)
    return found[0] if found else ""


@pytest.fixture
def moody_sink() -> Iterator[MoodySink]:
    with serving(MoodySink()) as sink:
        try:
            yield sink
        finally:
            sink.over.set()
