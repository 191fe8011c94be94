"""A POST to somebody else's server that nobody can turn against our own network.

The name is resolved once, each of its addresses is looked at, and the connection goes to one that was looked at: what
the name says a moment later does not matter. Redirects are not followed. Of the answer the status is read, and no more.
"""

import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import SplitResult, urlsplit

SECONDS = 10.0
"""For everything together, once the name is resolved."""
LONGEST_HEAD = 32_768
LONGEST_URL = 500
MAPPED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("2002::/16"), IPv6Network("::/96"))
"""Addresses of version 6 that stand for one of version 4."""
METADATA = (IPv4Address("168.63.129.16"),)
"""Of a host's own services, though it looks like everybody's."""

type Networks = Sequence[IPv4Network | IPv6Network]
type Address = IPv4Address | IPv6Address


class NotReached(Exception):
    """No answer, for this `reason`: a code. `final` where trying again is no use."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.final = reason, final


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
    to = place(url)
    if to is None:
        raise NotReached("no_address", final=True)
    allowed = _looked_at(to, inside)
    end = time.monotonic() + seconds
    try:
        with _connected(to, allowed, end) as connection:
            connection.settimeout(_left(end))
            connection.sendall(_request(to, body, headers))
            return _status(connection, end)
    except TimeoutError:
        raise NotReached("timed_out") from None
    except ssl.SSLError:
        raise NotReached("tls") from None
    except OSError:
        raise NotReached("unreachable") from None


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


def _looked_at(to: Place, inside: Networks) -> list[Address]:
    """All addresses of the name. One that may not be reached is enough to refuse the name."""
    try:
        found = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotReached("unknown_host") from None
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    others = [address for address in addresses if not is_inside(address, inside)]
    if not all(is_public(address) for address in others):
        raise NotReached("own_network", final=True)
    if others and not to.secure:
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


def _request(to: Place, body: bytes, headers: Mapping[str, str]) -> bytes:
    host = f"[{to.host}]" if ":" in to.host else to.host
    usual = 443 if to.secure else 80
    said = {
        "Host": host if to.port == usual else f"{host}:{to.port}",
        "User-Agent": "Engage",
        "Accept": "*/*",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **headers,
    }
    lines = [f"POST {to.path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items()), "", ""]
    return "\r\n".join(lines).encode("ascii") + body


def _status(connection: socket.socket, end: float) -> int:
    """Of the first answer that is a final one; a server that says "wait" in between is listened to further."""
    head, begin = b"", 0
    while len(head) <= LONGEST_HEAD:
        line, complete, _rest = head[begin:].partition(b"\r\n")
        if complete:
            status = _read(line)
            if status >= 200:
                return status
            if (over := head.find(b"\r\n\r\n", begin)) >= 0:
                begin = over + 4
                continue
        connection.settimeout(_left(end))
        if not (more := connection.recv(4096)):
            break
        head += more
    raise NotReached("no_http")


def _read(line: bytes) -> int:
    found = re.fullmatch(rb"HTTP/1\.[01] ([1-5][0-9]{2})( .*)?", line)
    if found is None:
        raise NotReached("no_http")
    return int(found[1])


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
