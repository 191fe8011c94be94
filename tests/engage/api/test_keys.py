"""Who may call, and what everybody is told in one shape."""

import time
from datetime import timedelta

import pytest

from crm.business import bearer
from crm.business.actions import create_key, revoke_key
from crm.business.models import Key
from engage.lib import clock
from tests import cast
from tests.engage.api.caller import Caller, errors

pytestmark = pytest.mark.django_db


def test_a_key_of_kind_api_opens_everything(api: Caller) -> None:
    assert api.get("contacts/").said == {"results": [], "next": None}


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer api_wrong", "Basic {key}", "Bearer {key}x", "{key}"]
)
def test_anything_else_is_refused(key: str, header: str) -> None:
    caller = Caller()
    caller.client.defaults["HTTP_AUTHORIZATION"] = header.format(key=key)
    response = caller.get("contacts/")

    assert "" in errors(response, 401)
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("kind", ["site", "write"])
def test_keys_of_other_kinds_open_nothing(kind: str) -> None:
    _, text = create_key(kind=kind, name="shop")
    assert "kind api" in errors(Caller(text).get("contacts/"), 401)[""]


def test_a_revoked_key_is_refused_within_seconds(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    assert api.get("contacts/").status_code == 200
    revoke_key(Key.objects.get(), by=cast.olga(), at=clock.now())
    later = time.monotonic() + timedelta(seconds=6).total_seconds()
    monkeypatch.setattr(bearer.time, "monotonic", lambda: later)

    assert api.get("contacts/").status_code == 401


def test_a_key_is_looked_up_once_in_a_while(api: Caller, django_assert_num_queries) -> None:
    api.get("topics/")
    with django_assert_num_queries(1):
        api.get("topics/")


def test_more_than_a_minute_takes_is_429(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bearer, "MOST_PER_MINUTE", 2)
    codes = [api.get("topics/").status_code for _ in range(6)]

    assert codes[-1] == 429
    response = api.get("topics/")
    assert errors(response, 429)
    assert response.headers["Retry-After"] == "60"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "nowhere/", 404),
        ("get", "contacts/not-a-uuid/", 404),
        ("get", "contacts/0198c0de-0000-7000-8000-000000000000/", 404),
        ("get", "contacts", 404),
        ("put", "contacts/", 405),
        ("delete", "preferences/", 405),
    ],
)
def test_every_refusal_has_one_shape(api: Caller, method: str, path: str, status: int) -> None:
    assert errors(getattr(api, method)(path), status)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"nothing", 400),
        (b"[]", 400),
        (b"5", 400),
        (b"null", 400),
        (b"\xff\xfe", 400),
        (b'{"name": "\\ud800"}', 400),
        (b'{"name": "a\\u0000b"}', 400),
        (b'{"na\\u0000me": 1}', 400),
        (b'{"name": NaN}', 400),
        (b'{"name": "Al"} trailing', 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 100_000, 400),
        (b'{"name": "' + b"x" * 1_100_000 + b'"}', 413),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_at_once(api: Caller, body: bytes, status: int) -> None:
    began = time.process_time()
    response = api.client.post("/api/v1/contacts/", body, content_type="application/json")
    response.said = response.json()

    assert errors(response, status)
    assert time.process_time() - began < 1


def test_bodies_are_json(api: Caller) -> None:
    response = api.client.post("/api/v1/contacts/", {"name": "Alice"})
    assert response.status_code == 415


def test_filters_that_are_unknown_or_wrong_are_refused(api: Caller) -> None:
    assert errors(api.get("contacts/", emial="a@b.example")) == {"emial": "There is no such filter."}
    assert "contact" in errors(api.get("events/", contact="alice"))
    assert "limit" in errors(api.get("contacts/", limit="0"))
    assert "limit" in errors(api.get("contacts/", limit="1000"))
    assert "cursor" in errors(api.get("contacts/", cursor="x"))
    assert "cursor" in errors(api.get("contacts/", cursor="9" * 30))
    assert "search" in errors(api.get("contacts/", search="\x00"))
