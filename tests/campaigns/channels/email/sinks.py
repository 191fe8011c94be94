"""Mail servers on real sockets that answer by script: each line's reply is what the test says."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

OFFERS = ("PIPELINING", "8BITMIME")
CLOSE = "close"
SILENCE = "silence"


@dataclass
class ScriptedServer:
    """`answer(stage, argument, number)` gives the reply of the connection's `number`th mail at this stage (MAIL, RCPT,
    DATA, FINAL), CLOSE or SILENCE; nothing means all is well."""

    answer: Callable[[str, str, int], str | None] = lambda stage, argument, number: None
    offers: tuple[str, ...] = OFFERS
    port: int = 0
    connections: int = 0
    received: list[tuple[str, bytes]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    def rcpts(self) -> list[str]:
        return [rcpt for rcpt, _ in self.received]

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.talk, args=(client,), daemon=True).start()

    def talk(self, client: socket.socket) -> None:
        with client, client.makefile("rb") as lines:
            try:
                self._greet(client, lines)
                self._mails(client, lines)
            except (OSError, Closed):
                return

    def _greet(self, client: socket.socket, lines) -> None:
        client.sendall(b"220 sink\r\n")
        while (line := lines.readline()) and not line.upper().startswith(b"EHLO"):
            client.sendall(b"500 what\r\n")
        client.sendall("".join(f"250-{word}\r\n" for word in ("sink", *self.offers)).encode() + b"250 HELP\r\n")

    def _mails(self, client: socket.socket, lines) -> None:
        number, rcpt, begun, taken = 0, "", False, False
        while line := lines.readline().decode():
            verb = line[:4].upper().strip()
            self.commands.append(line.strip())
            if verb == "QUIT":
                return
            if verb == "MAIL" and begun:
                client.sendall(b"503 5.5.1 Error: nested MAIL command\r\n")
                continue
            if verb == "MAIL":
                number += 1
            elif verb == "RCPT":
                rcpt = line.partition("<")[2].partition(">")[0]
            usual = {
                "RCPT": "250 ok" if begun else "503 5.5.1 Error: need MAIL command",
                "DATA": "354 go on" if taken else "554 5.5.1 Error: no valid recipients",
            }
            reply = self._say(client, verb, rcpt, number, usual.get(verb, "250 ok"))
            begun = (begun or (verb == "MAIL" and reply.startswith("250"))) and verb != "RSET"
            taken = verb == "RCPT" and reply.startswith("250")
            if verb == "DATA" and reply.startswith("354"):
                body, begun = self._body(lines), False
                if self.answer("FINAL", rcpt, number) not in {CLOSE, SILENCE}:
                    self.received.append((rcpt, body))
                self._say(client, "FINAL", rcpt, number, "250 queued")

    def _body(self, lines) -> bytes:
        body = b""
        while (line := lines.readline()) not in {b".\r\n", b""}:
            body += line[1:] if line.startswith(b"..") else line
        if not line:
            raise Closed
        return body

    def _say(self, client: socket.socket, stage: str, rcpt: str, number: int, usual: str) -> str:
        reply = self.answer(stage, rcpt, number) or usual
        if reply == CLOSE:
            raise Closed
        if reply == SILENCE:
            threading.Event().wait(30)
            raise Closed
        client.sendall(reply.encode() + b"\r\n")
        if reply.startswith("421"):
            raise Closed
        return reply


class Closed(Exception):
    pass


@contextmanager
def serving(server: ScriptedServer) -> Iterator[ScriptedServer]:
    listener = socket.create_server(("127.0.0.1", 0))
    server.port = listener.getsockname()[1]
    threading.Thread(target=server.serve, args=(listener,), daemon=True).start()
    try:
        yield server
    finally:
        listener.close()
