"""The fixtures on which other tests rely do what they say."""

import os
import smtplib
import urllib.request

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache


def test_a_second_postgres_listens_on_tcp(second_postgres):
    with psycopg.connect(second_postgres) as connection:
        assert connection.info.host == "127.0.0.1"
        assert connection.execute("SELECT lower('ÄÖ')").fetchone() == ("äö",)


def test_the_smtp_sink_keeps_mail_and_refuses_whom_it_is_told(smtp_sink):
    smtp_sink.refused.add("nobody@example.com")
    host, port = smtp_sink.url.removeprefix("smtp://").split(":")
    with smtplib.SMTP(host, int(port)) as client:
        refused = client.sendmail("a@example.com", ["b@example.com", "nobody@example.com"], "Subject: Tea\r\n\r\nHi")
    assert list(refused) == ["nobody@example.com"]
    assert smtp_sink.wait_for(1)[0]["Subject"] == "Tea"


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_starts_on_the_test_database(run_worker):
    assert run_worker(beat=False).poll() is None


@pytest.mark.django_db(transaction=True)
def test_the_real_web_server_answers(run_web):
    with urllib.request.urlopen(f"{run_web()}/healthz") as response:
        assert response.status == 200


def test_each_process_of_tests_has_a_cache_of_its_own(worker_id):
    number = 1 if worker_id == "master" else 2 * int(worker_id.removeprefix("gw")) + 3
    assert os.environ["CACHE_URL"] == settings.CACHES["default"]["LOCATION"] == settings.HOME.cache_url(number)
    assert cache._cache.get_client().connection_pool.connection_kwargs["db"] == number
