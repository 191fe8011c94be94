"""/healthz and /readyz, as a load balancer sees them."""

import pytest
from django.db import OperationalError

from engage import celery, health
from engage.lib import sql


def test_alive_needs_no_database(client):
    assert client.get("/healthz").json()["status"] == "ok"


@pytest.mark.django_db
def test_ready_shows_the_figures_in_one_query(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() | {"oldest_transaction": 0} == {
        "status": "ok",
        "database": True,
        "broker": True,
        "backlog": {"listen": 0, "walk": 0, "speak": 0},
        "oldest_transaction": 0,
    }


@pytest.mark.django_db
def test_what_is_due_is_backlog(client):
    sql.run("INSERT INTO crm_dialogue_outbox (message_id, lane, due) VALUES (1, 2, now() - interval '1 hour')")
    sql.run("INSERT INTO crm_dialogue_outbox (message_id, lane, due) VALUES (2, 2, now() + interval '1 hour')")
    assert client.get("/readyz").json()["backlog"]["speak"] == 1
    sql.run("DELETE FROM crm_dialogue_outbox")


@pytest.mark.django_db
def test_without_the_broker_it_is_still_ready_and_says_so(client, monkeypatch):
    monkeypatch.setattr(celery.app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (200, False)


def test_without_the_database_it_is_not_ready(client, monkeypatch):
    def refuse(query):
        raise OperationalError("the database is gone")

    monkeypatch.setattr(health.sql, "rows", refuse)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable", "database": False})
