"""The stream of live updates: for whom, how many, and nothing left behind."""

import threading

import pytest
from django.urls import reverse

from engage.dashboard.live import streams
from engage.lib import streaming
from engage.lib.live import listener, publish
from tests import cast


def url(name: str) -> str:
    return reverse("live", args=[name])


@pytest.fixture
def free_places():
    """How many places are free now."""
    return lambda: streams.places._value


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "name", "status"),
    [
        (cast.ada, "inbox", 200),
        (cast.ada, "told", 200),
        (cast.ada, "messages", 403),
        (cast.max_, "messages", 200),
        (cast.olga, "events", 200),
        (cast.olga, "nonsense", 404),
    ],
)
def test_a_stream_opens_for_its_roles(client, free_places, who, name, status):
    client.force_login(who())
    before = free_places()
    response = client.get(url(name))
    assert response.status_code == status
    response.close()
    assert free_places() == before


@pytest.mark.django_db
def test_strangers_follow_nothing(client):
    cast.olga()
    assert client.get(url("inbox")).status_code == 302


@pytest.mark.django_db
def test_where_all_places_are_taken_the_browser_is_asked_to_come_back(client, monkeypatch):
    monkeypatch.setattr(streams, "places", threading.BoundedSemaphore(1))
    client.force_login(cast.ada())
    first = client.get(url("inbox"))
    second = client.get(url("inbox"))
    assert (first.status_code, second.status_code) == (200, 503)
    assert second["Retry-After"] == "30"


@pytest.mark.django_db(transaction=True)
def test_a_change_reaches_the_browser_as_an_event_with_ids(client):
    client.force_login(cast.ada())
    response = client.get(url("inbox"))
    events = iter(response)
    assert next(events) == b"retry: 1000\n\n"
    assert next(events) == b"data: {}\n\n"
    publish("inbox", {"conversation": 7})
    assert next(events) == b'data: {"conversation": 7}\n\n'
    response.close()
    listener.join()


@pytest.mark.django_db(transaction=True)
def test_a_quiet_stream_still_says_that_it_is_there(client, monkeypatch):
    monkeypatch.setattr(streaming, "HEARTBEAT_SECONDS", 0.05)
    client.force_login(cast.ada())
    response = client.get(url("inbox"))
    events = iter(response)
    assert b": still here\n\n" in [next(events) for _ in range(4)]
    response.close()
    listener.join()


@pytest.mark.django_db(transaction=True)
def test_a_stream_ends_by_itself_so_that_signing_in_is_checked_again(client, monkeypatch):
    monkeypatch.setattr(streaming, "LIFETIME_SECONDS", 0)
    client.force_login(cast.ada())
    assert list(client.get(url("inbox"))) == [b"retry: 1000\n\n"]
    listener.join()


@pytest.mark.django_db(transaction=True)
def test_a_stream_is_neither_kept_nor_buffered_on_its_way(client):
    client.force_login(cast.ada())
    response = client.get(url("inbox"))
    assert response["Content-Type"] == "text/event-stream"
    assert response["Cache-Control"] == "no-store" and response["X-Accel-Buffering"] == "no"
    response.close()
