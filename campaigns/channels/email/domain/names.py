"""What name servers say, each question within a time limit."""

from collections.abc import Callable
from typing import Protocol

import dns.exception
import dns.resolver
import dns.reversename
from dns.rdata import Rdata

SECONDS = 3.0
"""For one question, all name servers together."""

type Found = list[str] | None
"""What there is; None where no name server answered."""


class Names(Protocol):
    """Whoever answers: the network's name servers, or those of a test."""

    def txt(self, name: str) -> Found: ...
    def mx(self, name: str) -> Found: ...
    def addresses(self, name: str) -> Found: ...
    def names_of(self, address: str) -> Found: ...


class Resolver:
    """The network's name servers, or those at other addresses."""

    def __init__(self, servers: list[str] | None = None, port: int = 53) -> None:
        self._servers, self._port = servers, port

    def txt(self, name: str) -> Found:
        return self._ask(name, "TXT", _text)

    def mx(self, name: str) -> Found:
        """Without the null MX (RFC 7505), which says that no mail is taken."""
        found = self._ask(name, "MX", lambda record: str(record.exchange).rstrip("."))  # type: ignore[attr-defined]
        return found if found is None else [host for host in found if host]

    def addresses(self, name: str) -> Found:
        four, six = self._ask(name, "A", str), self._ask(name, "AAAA", str)
        return None if four is None and six is None else [*(four or []), *(six or [])]

    def names_of(self, address: str) -> Found:
        name = dns.reversename.from_address(address).to_text()
        return self._ask(name, "PTR", lambda record: str(record).rstrip(".").lower())

    def _ask(self, name: str, kind: str, shown: Callable[[Rdata], str]) -> Found:
        try:
            answer = self._resolver().resolve(name, kind, lifetime=SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException:
            return None
        return [shown(record) for record in answer]

    def _resolver(self) -> dns.resolver.Resolver:
        """Without a configuration of the system's, as in a closed room, it raises NoResolverConfiguration."""
        if self._servers is None:
            return dns.resolver.Resolver()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = self._servers, self._port
        return resolver


def _text(record: Rdata) -> str:
    return b"".join(record.strings).decode("ascii", "replace")  # type: ignore[attr-defined]
