"""A web server on the scratch database, and clients that cost little beside it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from engage.launcher import programs

HOST = "127.0.0.1"


@contextmanager
def server(database_url: str, application: str) -> Iterator[int]:
    """Granian with one process; yields its port."""
    port = free_port()
    command = ["--interface", "wsgi", "--host", HOST, "--port", str(port), "--workers", "1"]
    with _running(database_url, [*command, "--blocking-threads", "32", "--no-ws", application], port):
        yield port


@contextmanager
def whole_server(database_url: str) -> Iterator[int]:
    """With as many processes and threads as `bin/start` gives it; yields its port."""
    port = free_port()
    command = programs.web(HOST, port)
    with _running(database_url, command[command.index("granian") + 1 :], port):
        yield port


@contextmanager
def _running(database_url: str, options: Sequence[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "granian"), *options],
        env=os.environ | {"DATABASE_URL": database_url, "ENGAGE_PROCESS": "web"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        yield
    finally:
        process.terminate()
        process.wait(20)


def requests_per_second(port: int, request: bytes, *, clients: int = 8, seconds: float = 4.0) -> float:
    """Prebuilt requests over kept connections; anything but 200 is an error."""
    end = time.perf_counter() + seconds
    with ThreadPoolExecutor(clients) as pool:
        counts = list(pool.map(lambda _: _client(port, request, end), range(clients)))
    return sum(counts) / seconds


def post(path: str, body: bytes) -> bytes:
    """One HTTP request, as bytes."""
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _client(port: int, request: bytes, end: float) -> int:
    count = 0
    with socket.create_connection((HOST, port), timeout=10) as connection:
        while time.perf_counter() < end:
            connection.sendall(request)
            answer = connection.recv(4096)
            while not answer.endswith(b"}"):  # both answers are one short JSON object
                answer += connection.recv(4096)
            if not answer.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(answer[:200])
            count += 1
    return count


def _wait(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with socket.create_connection((HOST, port), timeout=1) as connection:
                connection.sendall(f"GET /healthz HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
                if connection.recv(100).startswith(b"HTTP/1.1 200"):
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the web server did not start within 60 s")
