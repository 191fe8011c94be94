"""However many press the button at once, it ends once."""

import pytest
from django.test import Client

from campaigns.contests import announcing, ending, passing
from campaigns.contests.actions import Promised
from campaigns.contests.models import Entry, Prize, Vote
from campaigns.offers import actions as offers
from campaigns.offers.models import Given
from crm.contacts.actions import erase
from crm.dialogue.models import Message
from engage.lib import clock
from tests import cast
from tests.campaigns.board.suggesting import token
from tests.campaigns.board.test_voting_at_once import at_once
from tests.campaigns.contests.contesting import now, opened, path
from tests.campaigns.contests.ended import answers, drawn, filed_many

pytestmark = pytest.mark.django_db(transaction=True)


def test_twenty_who_end_it_end_it_once():
    offer = offers.make(terms=offers.Terms(name="Ten off"), by="Olga", at=clock.now())
    contest = drawn(prizes=[Promised("Ten off", offer.key)])
    filed_many(contest, 6)
    ending.fix_list(contest=contest, by="Max", at=clock.now())

    def press(n: int) -> int:
        ending.end(contest=contest, by=f"Colleague {n}", at=clock.now())
        return 1

    assert sum(at_once([lambda n=n: press(n) for n in range(20)])) == 20
    at_once([announcing.run] * 4)
    assert Given.objects.count() == 1 and len(answers(contest)) == 6 and now(contest).ended
    erase(contact=Prize.objects.get().entry.contact, by="Olga", at=clock.now())

    def pass_on() -> int:
        try:
            passing.pass_on(contest=contest, place=1, by="Olga", at=clock.now())
        except passing.CannotPass:
            return 0
        return 1

    assert sum(at_once([pass_on] * 20)) == 1
    assert Given.objects.filter(cause__endswith=":passed").count() == 1
    assert Message.objects.filter(occurrence="prize:1").count() == 1


def test_a_vote_that_was_taken_while_it_ended_is_counted_and_answered():
    contest = opened(by="votes", prizes=[Promised("A cake")])
    first, second = filed_many(contest, 2)
    guests = [cast.contact(f"Voter {n}") for n in range(30)]
    links = [token(one) for one in guests]

    def vote(n: int) -> int:
        entry = (first, second)[n % 2]
        elsewhere = Client(REMOTE_ADDR=f"198.51.100.{n}")  # many from one network would be a ring
        page = elsewhere.post(f"{path(contest)}vote/{entry.uid}/", {"t": links[n]})
        return page.status_code

    def end() -> int:
        ending.end(contest=contest, by="Olga", at=clock.now())
        return 200

    codes = at_once([*[end] * 3, *(lambda n=n: vote(n) for n in range(30)), *[end] * 3])
    taken = codes.count(303)
    assert set(codes) <= {200, 303, 409} and codes.count(200) == 6
    announcing.run()
    counted = sum(one.result["votes"] for one in Entry.objects.all() if one.result)
    told = {one.contact_id for one in answers(contest)}
    assert counted == taken == Vote.objects.count() and len(answers(contest)) == taken + 2
    assert told == {first.contact_id, second.contact_id, *Vote.objects.values_list("contact", flat=True)}
