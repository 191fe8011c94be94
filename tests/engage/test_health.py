"""/healthz and /readyz, as a load balancer sees them."""

import pytest


def test_alive_needs_no_database(client):
    assert client.get("/healthz").json()["status"] == "ok"


@pytest.mark.django_db
def test_ready_answers_json(client):
    assert client.get("/readyz").json()["status"] == "ok"
