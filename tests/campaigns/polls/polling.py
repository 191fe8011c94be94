"""Polls, and people who vote in them, without a browser."""

from typing import Any

from django.test import Client

from campaigns.polls import actions
from campaigns.polls.models import Poll
from campaigns.surveys.limits.limits import Once
from engage.lib import clock
from tests.campaigns.surveys.pages import hidden

CAKES = ("Carrot cake", "Plum cake", "None")


def opened(*, question: str = "Which cake on Sunday?", choices: Any = CAKES, **fields: Any) -> Poll:
    given = {"shows": "after", "once": Once.ADDRESS, **fields}
    made = actions.make(asked=actions.Asked(question, choices, **given), by="Max", at=clock.now())
    return Poll.objects.select_related("survey__current").get(pk=made.pk)


def path(poll: Poll) -> str:
    return f"/poll/{poll.survey.key}/"


def vote(client: Client, poll: Poll, no: int = 1, **fields: object) -> Any:
    """As somebody does who came to the poll's page."""
    form = hidden(client.get(path(poll)).content.decode())
    return client.post(f"/s/{poll.survey.key}/", {"form": form, "q-poll": no, "do": "next", **fields})


def results_link(page: Any) -> str:
    return next(part for part in page.content.decode().split('"') if part.startswith("/poll/")).replace("&amp;", "&")
