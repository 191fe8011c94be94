"""A mail server that has the mail and lets the sender wait for the word of it: whoever dies meanwhile cannot know."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.smtp import SmtpSink, serving


@dataclass
class SlowSink(SmtpSink):
    """`unanswered` mails are here and not acknowledged yet. `heard` is told of each mail how many there are now."""

    seconds: float = 0.2
    unanswered: int = 0
    heard: Callable[[int], object] = lambda count: None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        self.unanswered += 1
        self.heard(len(self.messages))
        await asyncio.sleep(self.seconds)
        self.unanswered -= 1
        return answer

    def is_in_the_middle(self, count: int) -> bool:
        """Whether `count` mails are here, and some of them are not acknowledged."""
        return len(self.messages) >= count and self.unanswered > 0


@pytest.fixture
def slow_sink() -> Iterator[SlowSink]:
    with serving(SlowSink()) as sink:
        yield sink
