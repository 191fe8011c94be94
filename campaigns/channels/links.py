"""The links of one message: numbers lead to addresses that stand in the message, and to nothing else."""

import re
from collections.abc import Callable, Sequence
from typing import overload
from urllib.parse import quote, urlsplit

UNTRACKED_SCHEMES = ("mailto", "tel", "sms")
NOWHERE = "#"
_CLEAN = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:[/?#][A-Za-z0-9!#$%&'()*+,/:;=?@._~-]*)?")
_URL_CHARACTERS = "!#$%&'()*+,/:;=?@[]~-._"  # RFC 3986; everything else is percent-encoded


class Links(Sequence[str]):
    """`links[3]` in a template is the tracked address of the skeleton's fourth link; `track` adds those that the
    message's own data make, and `dynamic` lists them."""

    def __init__(self, static: Sequence[str], link: Callable[[int], str] | None = None) -> None:
        self.static = static
        self.dynamic: list[str] = []
        self._link = link
        self._tracked: dict[str | int, str] = {}

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[str]: ...
    def __getitem__(self, number: int | slice) -> str | Sequence[str]:
        if isinstance(number, slice):
            raise TypeError("links are taken one by one")
        if number not in self._tracked:
            target = self.static[number]
            self._tracked[number] = self._link(number) if self._link else target
        return self._tracked[number]

    def __len__(self) -> int:
        return len(self.static)

    def track(self, address: str) -> str:
        """The tracked address of one made at send time; `#` if it is none that a mail may open."""
        if address not in self._tracked:
            self._tracked[address] = self._new(address)
        return self._tracked[address]

    def _new(self, address: str) -> str:
        url = clean(address)
        if url is None:
            return NOWHERE
        if self._link is None or not is_web(url):
            return url
        self.dynamic.append(url)
        return self._link(len(self.static) + len(self.dynamic) - 1)


def clean(address: str) -> str | None:
    """`address` as a URL that is safe in a link and in a Location header; None if its scheme is not."""
    if _CLEAN.fullmatch(address):
        return address
    url = quote(address.strip(), safe=_URL_CHARACTERS, errors="replace")
    try:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname
    except ValueError:
        return None
    if scheme in {"http", "https"} and host:
        return url
    return url if scheme in UNTRACKED_SCHEMES else None


def is_web(url: str) -> bool:
    return url[:8].lower().startswith(("http://", "https://"))
