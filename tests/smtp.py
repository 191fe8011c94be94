"""A real mail server that keeps what it is given."""

import email
import email.policy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from engage.embedded.waiting import until
from tests.machine import free_port


@dataclass
class SmtpSink:
    """`url` goes into EMAIL_URL; `messages` grows as mail arrives, each with its envelope in `rcpt_tos`."""

    url: str = ""
    messages: list[EmailMessage] = field(default_factory=list)
    rcpt_tos: list[list[str]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)  # addresses that are answered with 550
    lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        with self.lock:
            assert isinstance(envelope.content, bytes)
            self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
            self.rcpt_tos.append(list(envelope.rcpt_tos))
        return "250 OK"

    def wait_for(self, count: int, seconds: float = 10) -> list[EmailMessage]:
        """Returns once `count` mails have arrived in all; raises TooLong."""
        until(lambda: len(self.messages) >= count, f"the arrival of {count} mails", seconds)
        return list(self.messages)


@contextmanager
def serving[S: SmtpSink](sink: S) -> Iterator[S]:
    """The sink behind a port of this machine."""
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    sink.url = f"smtp://127.0.0.1:{controller.port}"
    try:
        yield sink
    finally:
        controller.stop()


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    with serving(SmtpSink()) as sink:
        yield sink
