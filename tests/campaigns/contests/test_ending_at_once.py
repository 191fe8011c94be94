"""However many press the button at once, it ends once."""

import pytest

from campaigns.contests import ending, passing
from campaigns.contests.models import Prize
from campaigns.offers import actions as offers
from campaigns.offers.models import Given
from crm.contacts.actions import erase
from crm.dialogue.models import Message
from engage.lib import clock
from tests.campaigns.board.test_voting_at_once import at_once
from tests.campaigns.contests.contesting import now
from tests.campaigns.contests.ended import answers, drawn, filed_many

pytestmark = pytest.mark.django_db(transaction=True)


def test_twenty_who_end_it_end_it_once():
    offer = offers.make(terms=offers.Terms(name="Ten off"), by="Olga", at=clock.now())
    contest = drawn(prizes=[offers_words(offer.key)])
    filed_many(contest, 6)
    ending.fix_list(contest=contest, by="Max", at=clock.now())

    def press(n: int) -> int:
        ending.end(contest=contest, by=f"Colleague {n}", at=clock.now())
        return 1

    assert sum(at_once([lambda n=n: press(n) for n in range(20)])) == 20
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


def offers_words(key: str):
    from campaigns.contests.actions import Promised

    return Promised("Ten off", key)
