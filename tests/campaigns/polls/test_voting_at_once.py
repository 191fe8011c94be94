"""200 parallel votes of one person are one, and no count is short of the votes that were taken."""

import pytest
from django.test import Client

from campaigns.polls import counting
from campaigns.surveys.limits.limits import Once
from campaigns.surveys.models import Response
from engage.lib import clock
from tests import cast
from tests.campaigns.board.test_voting_at_once import at_once
from tests.campaigns.polls.polling import opened
from tests.campaigns.surveys.pages import hidden
from tests.campaigns.surveys.questions import sent_to, tap

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_hundred_of_one_person_are_one_vote(client):
    poll, alice = opened(once=Once.LINK), cast.alice()
    links = [tap(sent_to(alice, occurrence=str(n)), poll.survey.key, "poll", 1) for n in range(10)]
    forms = [hidden(client.get(link).content.decode()) for link in links]

    def post(n: int) -> int:
        given = {"form": forms[n % 10], "q-poll": 1 + n % 3, "do": "next"}
        return Client().post(f"/s/{poll.survey.key}/", given).status_code

    assert set(at_once([lambda n=n: post(n) for n in range(200)])) <= {200, 503}
    assert Response.objects.filter(state="final").count() == counting.standing(poll, clock.now()).votes == 1
