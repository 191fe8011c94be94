"""However often somebody presses at once, they enter once."""

import pytest
from django.test import Client

from campaigns.contests.models import Entry, Small
from campaigns.surveys.limits.limits import Once
from campaigns.surveys.models import Photo
from tests import cast
from tests.campaigns.board.test_voting_at_once import at_once
from tests.campaigns.contests.contesting import link_of, opened, proof_link, send

pytestmark = pytest.mark.django_db(transaction=True)


def test_ten_presses_at_once_are_one_entry():
    contest, alice = opened(once=Once.LINK), cast.alice()
    links = [link_of(contest, alice) for _ in range(5)]
    acts = [lambda n=n: send(Client(), contest, url=links[n % 5], caption=str(n)).status_code for n in range(10)]
    assert set(at_once(acts)) <= {200, 503}
    assert Entry.objects.count() == 1 == Small.objects.count()
    assert Photo.objects.filter(response__state="final").count() == 1


def test_a_mails_link_followed_ten_times_at_once_is_one_entry(client):
    contest = opened()
    send(client, contest, email="dora@shop.example")
    link = proof_link()
    assert set(at_once([lambda: Client().post(link).status_code for _ in range(10)])) <= {200, 503}
    assert Entry.objects.count() == 1
