"""Who calls the REST interface: whoever has a key of kind api, as `Authorization: Bearer KEY`."""

import time
from dataclasses import dataclass

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from crm.business.actions import digest
from crm.business.models import Key
from engage.lib.public import too_often

MOST_PER_MINUTE = 1200
LONGEST_KEY = 200
_LIFETIME = 5.0
_MOST = 4096


@dataclass(frozen=True, slots=True)
class Caller:
    """A key that opens the interface; `colleague` is whoever made it, if somebody of the team did."""

    key: int
    name: str
    colleague: int | None
    is_authenticated: bool = True

    @property
    def pk(self) -> int:
        return self.key

    def __str__(self) -> str:
        return f"API: {self.name}"


_cache: dict[bytes, tuple[float, Caller | None]] = {}


class BearerKey(BaseAuthentication):
    """At most one query in five seconds per key: a revoked key is refused within that time."""

    def authenticate(self, request: Request) -> tuple[Caller, Caller] | None:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        caller = _caller(text.strip()) if scheme.lower() == "bearer" else None
        if caller is None:
            raise AuthenticationFailed("This key does not open the REST interface. It takes a key of kind api.")
        return caller, caller

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "crm.business.bearer.BearerKey"
    name = "key"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A key of kind api."}


class PerKey(BaseThrottle):
    """1,200 requests a minute for each key; nobody is refused while the cache is away."""

    def allow_request(self, request: Request, view: object) -> bool:
        found = request.auth
        return found is None or not too_often("api", str(found.key), limit=MOST_PER_MINUTE, seconds=60)

    def wait(self) -> float:
        return 60


def caller(request: Request) -> Caller:
    """Who calls a view that `BearerKey` guards."""
    assert isinstance(request.auth, Caller)
    return request.auth


def forget_cached() -> None:
    """Between tests."""
    _cache.clear()


def _caller(text: str) -> Caller | None:
    if not text or len(text) > LONGEST_KEY:
        return None
    key = digest(text)
    cached = _cache.get(key)
    if cached is None or cached[0] < time.monotonic():
        if len(_cache) >= _MOST:
            _cache.clear()
        cached = (time.monotonic() + _LIFETIME, _look_up(key))
        _cache[key] = cached
    return cached[1]


def _look_up(key: bytes) -> Caller | None:
    found = Key.objects.filter(digest=key, revoked=None, kind=Key.Kind.API)
    row = found.values_list("pk", "name", "created_by").first()
    return Caller(*row) if row else None
