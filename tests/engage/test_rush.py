"""200 people at once, as after a spot on television, come to web processes that have just begun: none is refused."""

import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from campaigns.board.models import Vote as BoardVote
from campaigns.contests.models import Vote
from campaigns.surveys.models import Response
from engage import warm
from engage.bench import rush
from engage.embedded import servers

LOADED = """
import os, sys
import engage.wsgi
from django.template import engines
from django.urls import get_resolver
resolver = get_resolver()
assert resolver._populated and "campaigns.contests.voting.views" in sys.modules
[loader] = engines["django"].engine.template_loaders
compiled = {one.origin.name for one in loader.get_template_cache.values() if hasattr(one, "origin")}
assert any(name.endswith("contests/public/vote.html") for name in compiled), compiled
from django.db import connection
assert not connection.pool.closed
"""


@pytest.mark.django_db(transaction=True)
def test_none_of_two_hundred_votes_in_a_cold_process_is_refused(run_web, monkeypatch):
    rushes = rush.rushes(rush.PEOPLE)
    port = urlsplit(run_web()).port
    for kind in ("contest_vote", "board_vote", "poll_vote", "survey_answer"):
        found = rush.come(port, rushes[kind])
        assert found["refused"] == 0, (kind, found)
    assert Vote.objects.count() == BoardVote.objects.count() == rush.PEOPLE
    assert Response.objects.filter(state="final").count() == 2 * rush.PEOPLE + 1


def test_a_web_process_has_loaded_its_pages_before_it_takes_requests(test_environment):
    environment = test_environment | {"ENGAGE_PROCESS": "web"}
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=servers.PROJECT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_every_public_page_is_among_what_is_loaded():
    names = warm.public_templates()
    assert {"contests/public/entry.html", "polls/public/poll.html", "customer/notice.html", "proving/prove.html"} < {
        *names
    }
    assert any(name.startswith("surveys/public/kinds/") for name in names)
