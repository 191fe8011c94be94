"""How an SMTP conversation begins: connect, EHLO, STARTTLS, AUTH. It blocks, each step within its time-out."""

import base64
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_REPLY = 64 * 1024
CHUNK = 64 * 1024


class Lost(Exception):
    """The connection is gone, or never came to be; `permanent` if trying again cannot help."""

    permanent = False


class NotAllowed(Lost):
    """The server knows us and refuses us: wrong password, no TLS."""

    permanent = True


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over. `security` is "", "starttls" or "tls". Whoever is silent after the final dot is waited
    for as long as the others may wait for him; what is announced behind him goes another way after `overtaking`."""

    host: str
    port: int = 25
    username: str = ""
    password: str = field(default="", repr=False)
    security: str = ""
    connections: int = 16
    hello: str = "localhost"
    connect_timeout: float = 10
    reply_timeout: float = 30
    overtaking: float = 15
    final_timeout: float = 60


@dataclass(frozen=True, slots=True)
class Reply:
    code: int
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()


def greet(server: Server) -> tuple[socket.socket, Mapping[str, str]]:
    """A socket that waits for MAIL and no longer blocks, and what the server offers. Raises Lost or NotAllowed."""
    try:
        greeting = _Greeting(server)
    except ssl.SSLCertVerificationError as error:
        raise NotAllowed(error.verify_message) from error
    except OSError as error:
        raise Lost(words_of(error)) from error
    greeting.socket.setblocking(False)
    return greeting.socket, greeting.offers


def parse(raw: bytes) -> tuple[int, bool, str]:
    """Code, whether more lines follow, and the text of one line of a reply; code 0 if it is none."""
    line = raw.rstrip(b"\r").decode("utf-8", "replace").replace("\0", "\ufffd")
    return int(line[:3]) if line[:3].isdecimal() else 0, line[3:4] == "-", line[4:]


def words_of(error: OSError) -> str:
    return "no answer in time" if isinstance(error, TimeoutError) else (error.strerror or str(error))


class _Greeting:
    def __init__(self, server: Server) -> None:
        self.server = server
        self.offers: dict[str, str] = {}
        self._in = b""
        self.socket = socket.create_connection((server.host, server.port), server.connect_timeout)
        try:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._greet()
        except BaseException:
            self.socket.close()
            raise

    def _greet(self) -> None:
        if self.server.security == "tls":
            self._encrypt()
        self.socket.settimeout(self.server.reply_timeout)
        self._expect(self._reply(self._lines()), 220)
        self._hello()
        if self.server.security == "starttls":
            if "STARTTLS" not in self.offers:
                raise NotAllowed("the mail server offers no STARTTLS")
            self._expect(self._ask("STARTTLS"), 220)
            self._in = b""  # nothing said before encryption counts (RFC 3207)
            self._encrypt()
            self._hello()
        if self.server.username:
            self._log_in()

    def _encrypt(self) -> None:
        context = ssl.create_default_context()
        self.socket = context.wrap_socket(self.socket, server_hostname=self.server.host)

    def _hello(self) -> None:
        lines = self._lines(f"EHLO {self.server.hello}")
        if lines[-1][0] != 250:
            self._expect(self._ask(f"HELO {self.server.hello}"), 250)
            return
        words = [text.upper().partition(" ") for _, text in lines[1:]]
        self.offers = {word: rest for word, _, rest in words}

    def _log_in(self) -> None:
        user, password = self.server.username.encode(), self.server.password.encode()
        ways = self.offers.get("AUTH", "").split()
        if "PLAIN" in ways:
            reply = self._ask("AUTH PLAIN " + _base64(b"\0" + user + b"\0" + password))
        elif "LOGIN" in ways:
            self._expect(self._ask("AUTH LOGIN"), 334)
            self._expect(self._ask(_base64(user)), 334)
            reply = self._ask(_base64(password))
        else:
            raise NotAllowed("the mail server offers no login that we know")
        self._expect(reply, 235)

    def _ask(self, line: str) -> Reply:
        return self._reply(self._lines(line))

    def _reply(self, lines: list[tuple[int, str]]) -> Reply:
        return Reply(lines[-1][0], " ".join(text for _, text in lines))

    def _lines(self, command: str = "") -> list[tuple[int, str]]:
        """Say `command`, if any, and return the answer: (code, text) of each line."""
        if command:
            self.socket.sendall(command.encode() + b"\r\n")
        lines, more = [], True
        while more:
            code, more, text = parse(self._line())
            lines.append((code, text))
        return lines

    def _line(self) -> bytes:
        while b"\n" not in self._in:
            data = self.socket.recv(CHUNK)
            if not data or len(self._in) > MAX_REPLY:
                raise Lost("the mail server closed the connection")
            self._in += data
        line, _, self._in = self._in.partition(b"\n")
        return line

    def _expect(self, reply: Reply, code: int) -> None:
        if reply.code != code:
            raise (NotAllowed if 500 <= reply.code < 600 else Lost)(str(reply))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
