"""Requests to somebody else's server that nobody can turn against our own network.

The name is resolved once, each of its addresses is looked at, and the connection goes to one that was looked at: what
the name says a moment later does not matter. Redirects are not followed. Of the answer the head is read, and
its first 64 KB where they are asked for.
"""

import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import SplitResult, urlsplit

SECONDS = 10.0
"""For everything together, once the name is resolved."""
LONGEST_HEAD = 32_768
LONGEST_ANSWER = 65_536
LONGEST_URL = 500
MAPPED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("2002::/16"), IPv6Network("::/96"))
"""Addresses of version 6 that stand for one of version 4."""
METADATA = (IPv4Address("168.63.129.16"),)
"""Of a host's own services, though it looks like everybody's."""

type Networks = Sequence[IPv4Network | IPv6Network]
type Address = IPv4Address | IPv6Address


class NotReached(Exception):
    """No answer, for this `reason`: a code. `final` where trying again is no use; `sent` if the other side may have
    read what we said."""

    def __init__(self, reason: str, *, final: bool = False, sent: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.final, self.sent = reason, final, sent


@dataclass(frozen=True, slots=True)
class Answer:
    """`location` is where a redirect points to, as it says itself; empty without one."""

    status: int
    location: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """What an address says, taken apart."""

    secure: bool
    host: str
    port: int
    path: str


def place(url: str) -> Place | None:
    """None for what is no address of a page that we would POST to: https or http, no password, plain characters."""
    if len(url) > LONGEST_URL or not re.fullmatch(r"[!-~]+", url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("https", "http") or "@" in parts.netloc or parts.fragment or not _is_host(parts.hostname):
        return None
    secure = parts.scheme == "https"
    return Place(secure, str(parts.hostname), (443 if secure else 80) if port is None else port, _path(parts))


def post(url: str, body: bytes, headers: Mapping[str, str], *, inside: Networks = (), seconds: float = SECONDS) -> int:
    """The status of the answer. Only `inside` addresses may be our own network's, and may be spoken to without TLS.

    Raises NotReached.
    """
    to = _wanted(url)
    return _asked(to, _looked_at(to, inside), _request("POST", to, body, headers), seconds, _answer).status


def ask(
    url: str, body: bytes, headers: Mapping[str, str], *, inside: Networks = (), seconds: float = SECONDS
) -> tuple[int, bytes]:
    """The same, with what was answered. Raises NotReached."""
    to = _wanted(url)
    return _asked(to, _looked_at(to, inside), _request("POST", to, body, headers), seconds, _whole)


def look(url: str, *, inside: Networks = (), seconds: float = SECONDS) -> Answer:
    """What a page answers; nothing of it is read. Also without TLS, unlike what we send.

    Raises NotReached.
    """
    to = _wanted(url.partition("#")[0])
    return _asked(to, _looked_at(to, inside, plain=True), _request("GET", to, b"", {}), seconds, _answer)


def _wanted(url: str) -> Place:
    to = place(url)
    if to is None:
        raise NotReached("no_address", final=True)
    return to


def _asked[T](
    to: Place,
    allowed: list[Address],
    request: bytes,
    seconds: float,
    read: Callable[[socket.socket, float], T],
) -> T:
    end, sent = time.monotonic() + seconds, False
    try:
        with _connected(to, allowed, end) as connection:
            connection.settimeout(_left(end))
            sent = True
            connection.sendall(request)
            return read(connection, end)
    except TimeoutError:
        raise NotReached("timed_out", sent=sent) from None
    except ssl.SSLError:
        raise NotReached("tls", sent=sent) from None
    except OSError:
        raise NotReached("unreachable", sent=sent) from None


def is_public(address: Address) -> bool:
    """Whether everybody may reach it: none of a private network, this machine, a neighbour on the wire, or a group."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address.is_site_local or any(address in network for network in MAPPED):
            return False
    return address.is_global and not address.is_multicast and address not in METADATA


def is_inside(address: Address, inside: Networks) -> bool:
    return any(address in network for network in inside)


def _is_host(name: str | None) -> bool:
    """A name of letters, digits and hyphens, or an address."""
    if name is None or len(name) > 253:
        return False
    return ":" in name or all(re.fullmatch(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?", part) for part in name.split("."))


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _looked_at(to: Place, inside: Networks, *, plain: bool = False) -> list[Address]:
    """All addresses of the name. One that may not be reached is enough to refuse the name."""
    try:
        found = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotReached("unknown_host") from None
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    others = [address for address in addresses if not is_inside(address, inside)]
    if not all(is_public(address) for address in others):
        raise NotReached("own_network", final=True)
    if others and not to.secure and not plain:
        raise NotReached("not_https", final=True)
    return list(dict.fromkeys(addresses))


def _connected(to: Place, addresses: Sequence[Address], end: float) -> socket.socket:
    """To the first of them that answers; no name is asked for any more."""
    for address in addresses[:-1]:
        try:
            return _opened(to, address, end)
        except ConnectionError:
            continue
    return _opened(to, addresses[-1], end)


def _opened(to: Place, address: Address, end: float) -> socket.socket:
    plain = socket.socket(socket.AF_INET6 if address.version == 6 else socket.AF_INET, socket.SOCK_STREAM)
    try:
        plain.settimeout(_left(end))
        plain.connect((str(address), to.port))
        if not to.secure:
            return plain
        plain.settimeout(_left(end))
        return ssl.create_default_context().wrap_socket(plain, server_hostname=to.host)
    except BaseException:
        plain.close()
        raise


def _request(method: str, to: Place, body: bytes, headers: Mapping[str, str]) -> bytes:
    host = f"[{to.host}]" if ":" in to.host else to.host
    usual = 443 if to.secure else 80
    said = {
        "Host": host if to.port == usual else f"{host}:{to.port}",
        "User-Agent": "Engage",
        "Accept": "*/*",
        **({"Content-Length": str(len(body))} if method == "POST" else {}),
        "Connection": "close",
        **headers,
    }
    lines = [f"{method} {to.path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items()), "", ""]
    return "\r\n".join(lines).encode("ascii") + body


def _answer(connection: socket.socket, end: float) -> Answer:
    """The first answer that is a final one; a server that says "wait" in between is listened to further. Where it
    points to is read only of a redirect."""
    head, begin = b"", 0
    while len(head) <= LONGEST_HEAD:
        line, complete, _rest = head[begin:].partition(b"\r\n")
        if complete:
            status, over = _read(line), head.find(b"\r\n\r\n", begin)
            if status >= 200 and (over >= 0 or not 300 <= status < 400):
                return Answer(status, _location(head[begin:over]) if over >= 0 else "")
            if status < 200 and over >= 0:
                begin = over + 4
                continue
        connection.settimeout(_left(end))
        if not (more := connection.recv(4096)):
            break
        head += more
    raise NotReached("no_http", sent=True)


def _whole(connection: socket.socket, end: float) -> tuple[int, bytes]:
    connection.settimeout(_left(end))
    answer, found = HTTPResponse(connection), b""
    try:
        answer.begin()
        while len(found) < LONGEST_ANSWER and (more := answer.read1(LONGEST_ANSWER - len(found))):
            found += more
            connection.settimeout(_left(end))
    except HTTPException:
        raise NotReached("no_http", sent=True) from None
    finally:
        answer.close()
    return answer.status, found


def _location(head: bytes) -> str:
    found = re.search(rb"\r\nlocation:[ \t]*([!-~]{1,2000})", head, re.IGNORECASE)
    return found[1].decode("ascii") if found else ""


def _read(line: bytes) -> int:
    found = re.fullmatch(rb"HTTP/1\.[01] ([1-5][0-9]{2})( .*)?", line)
    if found is None:
        raise NotReached("no_http", sent=True)
    return int(found[1])


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
