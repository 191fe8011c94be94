"""A shop with a chat on one site.

Pytest reads this file before Django knows its settings, so what needs models is imported where it is used."""

from collections.abc import Callable

import jwt
import pytest


@pytest.fixture
def shop(db):
    from crm.business.actions import update_business
    from engage.lib import clock
    from tests.engage.chat.visiting import SITE

    return update_business(by="test", at=clock.now(), name="Quay Lane", chat_on=True, chat_sites=[SITE], live=True)


@pytest.fixture
def visitor(shop) -> Callable:
    """Another one each time, behind a network address of their own."""
    from django.test import Client

    from tests.crm.events.test_site_script import site_key
    from tests.engage.chat.visiting import Visitor

    key, count = site_key(), iter(range(1, 200))

    def come(**fields: str) -> Visitor:
        return Visitor(Client(REMOTE_ADDR=f"203.0.113.{next(count)}"), key, **fields)

    return come


@pytest.fixture
def token(db) -> Callable[..., str]:
    """A token as the owner's server signs it."""
    from crm.dialogue.identified import make_chat_secret
    from engage.lib import clock

    secret = make_chat_secret(by="Olga", at=clock.now())

    def sign(*, lasts: float = 3600, key: str = secret, algorithm: str = "HS256", **claims: object) -> str:
        return jwt.encode({"exp": clock.now().timestamp() + lasts, **claims}, key, algorithm=algorithm)

    return sign


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch):
    from campaigns.channels import port
    from engage.lib import belts
    from tests.engage.chat.visiting import Post

    taken = Post()
    monkeypatch.setattr(port.channel("email"), "carrier", lambda: taken)
    monkeypatch.setattr(belts, "DRAIN_SECONDS", 0.5)
    return taken
