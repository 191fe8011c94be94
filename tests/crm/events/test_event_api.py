"""The event API: what can be used is kept at once, what never can is refused at once, and nothing makes a 500."""

import gzip
import json
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from segment.analytics.client import Client as SegmentClient

from crm.business.actions import create_key, revoke_key
from crm.business.models import Key
from crm.events import keys
from crm.events.models import DeadLetter, Event, Inbox
from engage import listen
from engage.lib import clock
from tests import cast

CALLS = ["identify", "track", "page", "screen", "group", "alias"]


@pytest.fixture
def write_key(db) -> str:
    keys.forget_cached()
    return create_key(kind="write", name="shop")[1]


def basic(key: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}


def post(client: Client, path: str, body: object, **headers: str):
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    kind = headers.pop("content_type", "application/json")
    return client.post(path, data, content_type=kind, headers=headers)


@pytest.mark.parametrize("call", [*CALLS, "i", "t", "p", "s", "g", "a"])
def test_every_call_is_kept_by_one_insert(client: Client, write_key: str, call: str, django_assert_num_queries) -> None:
    body = {"userId": "u1", "event": "E", "groupId": "g", "previousId": "p", "writeKey": write_key}
    post(client, f"/v1/{call}", body)
    with django_assert_num_queries(1):
        answer = post(client, f"/v1/{call}", body)

    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert Inbox.objects.count() == 2
    listen.run()
    assert Event.objects.count() == 2
    assert not DeadLetter.objects.exists()


def test_the_key_comes_as_user_name_or_in_the_body(client: Client, write_key: str) -> None:
    assert post(client, "/v1/track", {"userId": "u", "event": "E"}, **basic(write_key)).status_code == 200
    assert post(client, "/v1/track", {"userId": "u", "event": "E", "writeKey": write_key}).status_code == 200


@pytest.mark.parametrize("header", ["", "Basic", "Basic %%%", "Basic " + b64encode(b"\xff\xfe").decode(), "Bearer x"])
def test_a_key_that_opens_nothing_answers_401(client: Client, db, header: str) -> None:
    answer = post(client, "/v1/track", {"userId": "u", "event": "E"}, Authorization=header)
    assert answer.status_code == 401
    assert not Inbox.objects.exists()


def test_a_revoked_key_opens_nothing(client: Client, write_key: str) -> None:
    revoke_key(Key.objects.get(), by=cast.olga(), at=clock.now())
    assert post(client, "/v1/track", {"userId": "u", "event": "E"}, **basic(write_key)).status_code == 401


def test_gzip_and_plain_text_are_read(client: Client, write_key: str) -> None:
    body = json.dumps({"batch": [{"type": "track", "userId": "u", "event": "E"}], "writeKey": write_key})
    packed = gzip.compress(body.encode())
    assert post(client, "/v1/batch", packed, **{"Content-Encoding": "gzip"}).status_code == 200
    assert post(client, "/v1/b", body, content_type="text/plain").status_code == 200
    assert Inbox.objects.count() == 2


def test_browsers_of_other_sites_may_send(client: Client, db) -> None:
    answer = client.options("/v1/t", headers={"Origin": "https://shop.example"})
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer


def deep(brackets: int) -> bytes:
    return b"[" * brackets + b"]" * brackets


MALFORMED = {
    "empty": b"",
    "not JSON": b"hello",
    "cut off": b'{"batch": [',
    "trailing garbage": b'{"event": "E"} and more',
    "two objects": b'{"event": "E"}{"event": "E"}',
    "no object": b"[]",
    "a string": b'"text"',
    "null": b"null",
    "a number": b"1e999",
    "NaN": b'{"event": NaN}',
    "Infinity": b'{"event": -Infinity}',
    "UTF-16": '{"event": "E"}'.encode("utf-16"),
    "Latin-1": '{"event": "Café"}'.encode("latin-1"),
    "overlong UTF-8": b'{"event": "\xc0\xaf"}',
    "surrogate in UTF-8": b'{"event": "\xed\xa0\x80"}',
    "raw NUL": b'{"event": "a\x00b"}',
    "100,000 brackets": deep(100_000),
    "100,000 brackets inside": b'{"event": ' + deep(100_000) + b"}",
    "100,000 open objects": b'{"a":' * 100_000,
    "single quotes": b"{'event': 'E'}",
    "a comment": b'{"event": "E"} // hi',
    "byte order mark": b"\xef\xbb\xbf[1]",
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
@pytest.mark.parametrize("path", ["/v1/track", "/v1/batch"])
def test_malformed_json_answers_400_within_a_second(client: Client, write_key: str, path: str, body: bytes) -> None:
    began = time.process_time()
    answer = post(client, path, body, **basic(write_key))

    assert answer.status_code == 400
    assert set(answer.json()["errors"][0]) == {"index", "field", "message"}
    assert time.process_time() - began < 1
    assert not Inbox.objects.exists()


BAD_BATCHES = {
    "no batch": {},
    "batch is no list": {"batch": {}},
    "batch is null": {"batch": None},
    "over 2,500 events": {"batch": [{}] * 2501},
}


@pytest.mark.parametrize("body", BAD_BATCHES.values(), ids=BAD_BATCHES.keys())
def test_a_batch_over_the_limits_answers_400(client: Client, write_key: str, body: dict) -> None:
    assert post(client, "/v1/batch", body, **basic(write_key)).status_code == 400


def test_sizes_are_limited_also_when_unpacked(client: Client, write_key: str) -> None:
    big = {"event": "E", "userId": "u", "properties": {"text": "x" * 33_000}}
    assert post(client, "/v1/track", big, **basic(write_key)).status_code == 400
    assert post(client, "/v1/batch", b" " * 520_000, **basic(write_key)).status_code == 400
    bomb = gzip.compress(b" " * 50_000_000)
    assert post(client, "/v1/batch", bomb, **basic(write_key), **{"Content-Encoding": "gzip"}).status_code == 400
    broken = gzip.compress(b'{"batch": []}')[:-6]
    assert post(client, "/v1/batch", broken, **basic(write_key), **{"Content-Encoding": "gzip"}).status_code == 400


def test_an_item_over_32_kb_is_dead_lettered_and_its_batch_answered_200(client: Client, write_key: str) -> None:
    big = {"type": "track", "event": "Big", "userId": "u", "properties": {"text": "x" * 33_000}}
    small = {"type": "track", "event": "Small", "userId": "u"}
    assert post(client, "/v1/batch", {"batch": [big, small]}, **basic(write_key)).status_code == 200
    listen.run()

    assert Event.objects.get().name == "Small"
    assert DeadLetter.objects.get().reason == "An event may have 32 KB."


BAD_ITEMS = [
    None,
    1,
    [],
    "text",
    {},
    {"type": "delete", "userId": "u"},
    {"type": ["track"], "userId": "u"},
    {"type": "track", "userId": "u", "event": ""},
    {"type": "track", "userId": "u", "event": "x" * 201},
    {"type": "track", "userId": "u", "event": "E", "messageId": "m" * 100},
    {"type": "track", "userId": "u", "event": "E", "messageId": 5},
    {"type": "track", "userId": "u", "event": "E", "properties": []},
    {"type": "track", "userId": "u", "event": "E", "timestamp": "0000-00-00"},
    {"type": "track", "userId": "u", "event": "E", "timestamp": 12},
    {"type": "track", "userId": "u", "event": "E", "timestamp": "1066-10-14T00:00:00Z"},
    {"type": "identify", "userId": "u", "traits": "none"},
    {"type": "track", "userId": {"$ne": 1}, "event": "E"},
    {"type": "track", "userId": True, "event": "E"},
    {"type": "track", "userId": "x" * 300, "event": "E"},
    {"type": "track", "userId": "u", "event": "E", "properties": json.loads('{"a":' * 70 + "1" + "}" * 70)},
]


def test_bad_items_never_cost_their_neighbours(client: Client, write_key: str) -> None:
    batch = [{"type": "track", "userId": "u", "event": "Good"}, *BAD_ITEMS]
    assert post(client, "/v1/batch", {"batch": batch}, **basic(write_key)).status_code == 200
    listen.run()

    assert Event.objects.get().name == "Good"
    assert DeadLetter.objects.count() == len(BAD_ITEMS)
    assert not DeadLetter.objects.exclude(fault="").exists()


@pytest.mark.django_db(transaction=True)
def test_fifty_copies_at_once_are_recorded_once() -> None:
    keys.forget_cached()
    key = create_key(kind="write", name="shop")[1]
    event = {"type": "track", "userId": "u", "event": "Once", "messageId": "same"}

    def send(_: int) -> int:
        try:
            return post(Client(), "/v1/batch", {"batch": [event], "writeKey": key}).status_code
        finally:
            connection.close()

    def work(_: int) -> None:
        try:
            listen.run()
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(send, range(50))) == {200}
        list(pool.map(work, range(4)))

    assert Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_segments_own_client_delivers_every_call_with_no_error(live_server) -> None:
    keys.forget_cached()
    key = create_key(kind="write", name="shop")[1]
    errors: list[object] = []
    segment = SegmentClient(
        key, host=live_server.url, on_error=lambda error, items: errors.append(error), gzip=True, max_retries=1
    )
    segment.identify("u1", {"email": "alice@shop.example", "plan": "beans"})
    segment.track("u1", "Order Completed", {"order_id": "o1", "total": 12.5})
    segment.page("u1", "Shop", "Beans")
    segment.screen("u1", "App", "Start")
    segment.group("u1", "g1", {"name": "Café"})
    segment.alias("a1", "u1")
    segment.shutdown()
    listen.run()

    assert errors == []
    assert set(Event.objects.filter(source="write").values_list("kind", flat=True)) == set(CALLS)
    assert not DeadLetter.objects.exists()
