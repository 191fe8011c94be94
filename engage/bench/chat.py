"""`bench chat`: from a visitor's line in the chat to a colleague's screen, while 500 other chats are open.

The time runs from the visitor's request until the page that a colleague has open was told, has waited as long as its
script waits for more, has asked for the conversation and has it. What two browsers need to draw it is not in it.
"""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from statistics import median, quantiles
from urllib.parse import urlencode

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse

from crm.business.actions import create_key, update_business
from crm.business.models import User
from crm.dialogue.actions import begin_chat
from crm.dialogue.forms import once
from crm.dialogue.models import ChatVisit
from engage.bench.scratch import database
from engage.bench.web import HOST, whole_server
from engage.chat import sessions
from engage.lib import clock

STREAMS = 500
LINES = 300
PAUSE = 0.1
TOGETHER = 0.15
"""Seconds that a page waits for further changes before it asks: static/engage/live.js."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def run(*, streams: int = STREAMS, lines: int = LINES) -> dict[str, object]:
    """Milliseconds until the line was said, and until it was read: median, 99th percentile, longest."""
    with database() as url, ExitStack() as stack:
        at = clock.now()
        update_business(by="bench", at=at, name="Shop", chat_on=True)
        key = create_key(kind="site", name="bench")[1]
        visits = [begin_chat(language="en", at=at) for _ in range(streams)]
        cookie = _signed_in()
        port = stack.enter_context(whole_server(url))
        open_ones = [stack.enter_context(_stream(port, reverse("chat_live", args=[_live(one)]))) for one in visits]
        reader = stack.enter_context(_Reader(port, cookie))
        said, read = _talk(port, key, visits, reader, lines)
    return {"streams": len(open_ones), "lines": lines, **_figures("said_", said), **_figures("", read)}


def _talk(
    port: int, key: str, visits: list[ChatVisit], reader: "_Reader", lines: int
) -> tuple[list[float], list[float]]:
    said, read = [], []
    for number in range(-5, lines):  # the first warm every process up
        visit, words = visits[number % len(visits)], f"Line {number} of the measure"
        began = time.perf_counter()
        _say(port, key, visit, words, number)
        taken = time.perf_counter()
        reader.wait_for(words)
        if number >= 0:
            said.append(taken - began)
            read.append(reader.seen[words] - began)
        time.sleep(PAUSE)
    return said, read


def _say(port: int, key: str, visit: ChatVisit, words: str, number: int) -> None:
    fields = {"visit": sessions.grant(visit, at=clock.now()), "text": words, "once": once()}
    headers = FORM | {"X-Forwarded-For": f"203.0.113.{number % 250 + 1}"}
    connection = HTTPConnection(HOST, port, timeout=30)
    connection.request("POST", reverse("chat_say", args=[key]), urlencode(fields), headers)
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"a line was answered {answer.status}")
    answer.read()
    connection.close()


class _Reader:
    """A colleague's page: hears of each conversation that changed, and reads it as the script does."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port, self._cookie = port, cookie
        self.seen: dict[str, float] = {}
        self._read = threading.Condition()

    def __enter__(self) -> "_Reader":
        self._stream = _stream(self._port, reverse("live", args=["inbox"]), self._cookie)
        self._lines = self._stream.__enter__().makefile("rb")
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stream.__exit__(None, None, None)

    def wait_for(self, words: str) -> None:
        with self._read:
            if not self._read.wait_for(lambda: words in self.seen, timeout=30):
                raise RuntimeError(f"{words!r} was not read within 30 s")

    def _listen(self) -> None:
        for line in self._lines:
            if line.startswith(b"data: ") and (told := json.loads(line[6:])).get("conversation"):
                time.sleep(TOGETHER)
                self._look(told["conversation"])

    def _look(self, conversation: str) -> None:
        connection = HTTPConnection(HOST, self._port, timeout=30)
        path = reverse("conversation", args=[conversation])
        connection.request("GET", path, headers={"Cookie": self._cookie, "HX-Request": "true"})
        page = connection.getresponse().read().decode()
        now = time.perf_counter()
        connection.close()
        with self._read:
            for part in page.split("<p>")[1:]:
                self.seen.setdefault(part.partition("</p>")[0], now)
            self._read.notify_all()


@contextmanager
def _stream(port: int, path: str, cookie: str = "") -> Iterator[socket.socket]:
    """A stream that is open, and of which nothing was read yet but that it is there."""
    with socket.create_connection((HOST, port), timeout=60) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nCookie: {cookie}\r\n\r\n".encode())
        answer = b""
        while b"retry: " not in answer:
            if not (more := connection.recv(4096)) or (answer := answer + more)[9:12] != b"200":
                raise RuntimeError(answer[:200])
        connection.settimeout(None)
        yield connection


def _live(visit: ChatVisit) -> str:
    return sessions.live_token(visit)


def _signed_in() -> str:
    reader = User.objects.create_user("bench@team.example", role=User.Role.AGENT)
    session = SessionStore()
    session[SESSION_KEY] = str(reader.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = reader.get_session_auth_hash()
    session.create()
    return f"sessionid={session.session_key}"


def _figures(prefix: str, taken: list[float]) -> dict[str, int]:
    spent = sorted(1000 * seconds for seconds in taken)
    return {
        f"{prefix}p50_ms": round(median(spent)),
        f"{prefix}p99_ms": round(quantiles(spent, n=100)[98]),
        f"{prefix}max_ms": round(spent[-1]),
    }
