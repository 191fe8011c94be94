"""It ends once; prizes are given and everybody who took part is answered, each once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.channels import port
from campaigns.channels.email.carriers import carrier
from campaigns.contests import actions, announcing, answering, ending, passing
from campaigns.contests.models import Entry, Prize
from campaigns.offers import actions as offers
from campaigns.offers.models import Given
from crm.business.actions import update_business
from crm.contacts.actions import erase, merge, pause
from crm.contacts.models import Identity
from crm.dialogue.models import Message
from crm.events.models import Event
from engage import listen, speak
from engage.lib import clock
from engage.lib.server_urls import mailer
from tests import cast
from tests.campaigns.contests.contesting import now, opened
from tests.campaigns.contests.ended import answer_to, answers, drawn, filed, voted
from tests.campaigns.contests.ended import ended as end

pytestmark = pytest.mark.django_db
FIRST = actions.Promised


def offered(name: str = "Ten off", **fields):
    return offers.make(terms=offers.Terms(name=name, **fields), by="Olga", at=clock.now())


def decided(**fields):
    """Alice has two votes, Bob one, Carol's photo was refused; nobody can vote any more."""
    contest = opened(by="votes", **fields)
    people = [cast.alice(), cast.bob(), cast.carol()]
    first, second, _third = [
        filed(contest, one, standing=standing, caption=f"By {one.first_name}")
        for one, standing in zip(people, ("shown", "shown", "refused"), strict=True)
    ]
    dave, eve, frank = [cast.contact(name, f"{name.lower()}@shop.example") for name in ("Dave", "Eve", "Frank")]
    voted(dave, first), voted(eve, first), voted(frank, second)
    actions.close(contest=contest, by="Max", at=clock.now())
    return now(contest), [*people, dave, eve, frank]


def test_places_prizes_and_answers_are_fixed_at_once():
    offer = offered()
    contest, (alice, bob, carol, dave, _eve, frank) = decided(prizes=(FIRST("Ten off", offer.key), FIRST("A tea")))
    contest = end(contest)
    assert contest.ended and contest.ended_by == "Olga"
    assert list(Entry.objects.order_by("id").values_list("contact", "place")) == [
        (alice.pk, 1),
        (bob.pk, 2),
        (carol.pk, None),
    ]
    (given,) = Given.objects.all()
    assert given.contact == alice and given.cause == f"contest:{contest.uid}:1"
    assert [one.entry.contact for one in Prize.objects.all()] == [alice, bob]
    assert len(answers(contest)) == 6
    won = answer_to(contest, alice)
    assert "won" in won.subject and "place 1" in won.text and "Ten off" in won.text and "/offer/" in won.text
    by_hand = answer_to(contest, bob).text
    assert "place 2" in by_hand and "A tea" in by_hand and "/offer/" not in by_hand
    assert "others have won" in answer_to(contest, carol).text
    told = answer_to(contest, dave).text
    assert "you voted for came to place 1" in told and f"/contest/{contest.survey.key}/" in told
    assert "came to place 2" in answer_to(contest, frank).text
    assert {one.klass for one in answers(contest)} == {"transactional"}


def test_nothing_that_somebody_wrote_stands_in_a_letter_to_another():
    contest, _people = decided()
    end(contest)
    assert not any("By Alice" in one.text + one.subject for one in answers(contest))


def test_pressed_again_it_is_as_it_was():
    contest, _people = decided(prizes=(FIRST("Ten off", offered().key),))
    first = end(contest)
    again = end(contest, by="Max")
    assert again.ended == first.ended and again.ended_by == "Olga"
    assert len(answers(contest)) == 6 and Given.objects.count() == 1


def test_broken_off_on_the_way_nothing_has_happened(monkeypatch):
    contest, _people = decided(prizes=(FIRST("Ten off", offered().key),))

    def stumble(*args, **kwargs):
        raise RuntimeError("killed")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(announcing, "begin", stumble)
        end(contest)
    assert not now(contest).ended and not Given.objects.exists() and not answers(contest)
    assert not Entry.objects.exclude(place=None).exists() and not Prize.objects.exclude(entry=None).exists()
    assert end(contest).ended and len(answers(contest)) == 6


def test_who_did_both_hears_once_and_who_stopped_hears_nothing():
    contest, (alice, bob, _carol, dave, eve, _frank) = decided()
    voted(bob, Entry.objects.get(contact=alice))
    pause(contact=dave, until=None, by="customer", at=clock.now())
    erase(contact=eve, by="Olga", at=clock.now())
    end(contest)
    told = [one.contact for one in answers(contest)]
    assert told.count(bob) == 1 and dave not in told and len(told) == 4


def test_two_who_became_one_are_answered_once_by_their_best():
    contest, (alice, bob, *_others) = decided()
    merge(survivor=bob, absorbed=alice, by="Ada", at=clock.now())
    assert ending.preview(contest, clock.now()).told == 5
    end(contest)
    assert len(answers(contest)) == 5 and "won" in answer_to(contest, bob).subject


def test_each_in_their_language_in_as_many_statements_for_ten_as_for_two():
    def statements(count: int) -> int:
        contest = drawn(title=f"Draw of {count}")
        for n in range(count):
            filed(contest, cast.contact(f"Guest {count} {n}", language="fr" if n % 2 else "en"))
        ending.fix_list(contest=contest, by="Max", at=clock.now())
        with CaptureQueriesContext(connection) as made:
            end(contest)
        assert len(answers(contest)) == count
        return len(made)

    assert statements(2) == statements(10)


def test_the_mail_reaches_each_once(smtp_sink, monkeypatch):
    update_business(by="Olga", at=clock.now(), live=True, name="Shop", sender_email="shop@shop.test")
    contest, _people = decided()
    for one in Identity.objects.all():
        Identity.objects.filter(pk=one.pk).update(value=one.value.replace("shop.example", "customer.test"))
    sink = carrier(mailer("EMAIL_URL", smtp_sink.url))
    monkeypatch.setattr(port.channel("email"), "carrier", lambda: sink)
    end(contest), end(contest)
    speak.run(), speak.run()
    sink.close()
    told = sorted(address for addresses in smtp_sink.rcpt_tos for address in addresses)
    assert told == [f"{name}@customer.test" for name in ("alice", "bob", "carol", "dave", "eve", "frank")]


def test_journeys_hear_who_won_and_for_whom_it_ended():
    contest, (alice, *_others) = decided()
    end(contest)
    listen.run()
    heard = Event.objects.filter(name__in=[answering.WON, answering.ENDED])
    assert heard.count() == 6
    won = heard.get(name=answering.WON)
    assert won.contact == alice and won.properties["place"] == 1 and won.properties["contest"] == contest.survey.key


def test_it_does_not_end_before_all_is_looked_at_nor_before_a_promised_day_nor_without_what_was_promised():
    at = clock.now()
    contest = opened(by="votes", votes_close=at + timedelta(days=2), prizes=(FIRST("Cake", offered(most=1).key),))
    filed(contest, cast.alice(), standing="waiting")
    actions.close(contest=contest, by="Max", at=at)
    with pytest.raises(ending.CannotEnd) as refused:
        end(contest)
    assert refused.value.why == ["voting", "waiting"]
    assert ending.preview(now(contest), at).placed == []
    later = at + timedelta(days=3)
    Entry.objects.update(standing="shown")
    offer = ending.Offer.objects.get()
    offer.given_count = 1
    offer.save()
    with pytest.raises(ending.CannotEnd) as refused:
        ending.end(contest=contest, by="Olga", at=later)
    assert refused.value.why == ["prizes"] and not now(contest).ended
    assert [one.given for one in ending.preview(now(contest), later).prospects] == [False]


def test_a_contest_that_nobody_entered_ends_with_nobody():
    contest = opened(by="votes", prizes=(FIRST("Ten off", offered().key),))
    assert end(contest).ended and answers(contest) == [] and not Given.objects.exists()


def test_the_prize_of_who_was_erased_goes_to_the_next_once(client):
    offer = offered()
    contest, (alice, bob, *_others) = decided(prizes=(FIRST("Ten off", offer.key),))
    with pytest.raises(passing.CannotPass):
        passing.pass_on(contest=contest, place=1, by="Olga", at=clock.now())
    end(contest)
    with pytest.raises(passing.CannotPass):
        passing.pass_on(contest=contest, place=1, by="Olga", at=clock.now())
    erase(contact=alice, by="Olga", at=clock.now())
    assert passing.pass_on(contest=contest, place=1, by="Olga", at=clock.now()).contact == bob
    prize = Prize.objects.get()
    assert prize.entry.contact == bob and prize.passed and prize.passed_by == "Olga"
    assert Given.objects.get(contact=bob).cause == f"contest:{contest.uid}:1:passed"
    (letter,) = Message.objects.filter(origin=f"contest:{contest.uid}", occurrence="prize:1")
    assert letter.contact == bob and "Ten off" in letter.text and Entry.objects.get(contact=bob).place == 2
    for place in (1, 7):
        with pytest.raises(passing.CannotPass):
            passing.pass_on(contest=contest, place=place, by="Olga", at=clock.now())
    erase(contact=bob, by="Olga", at=clock.now())
    with pytest.raises(passing.CannotPass):
        passing.pass_on(contest=contest, place=1, by="Olga", at=clock.now())


def test_who_has_a_prize_is_passed_over_for_another():
    contest, (alice, bob, *_others) = decided(prizes=(FIRST("A cake"), FIRST("A tea")))
    carols = Entry.objects.get(standing="refused")
    Entry.objects.filter(pk=carols.pk).update(standing="shown")
    for name in ("Gus", "Hal", "Ida"):
        voted(cast.contact(name), Entry.objects.get(contact=alice))
    voted(cast.contact("Jan"), Entry.objects.get(contact=bob))
    voted(cast.contact("Kim"), carols)
    end(contest)
    erase(contact=alice, by="Olga", at=clock.now())
    assert passing.pass_on(contest=contest, place=1, by="Olga", at=clock.now()) == carols
    assert Prize.objects.get(place=2).entry.contact == bob


def test_a_photo_that_was_taken_down_since_sets_its_prize_free():
    contest, (alice, *_others) = decided(prizes=(FIRST("A cake"),))
    end(contest)
    Entry.objects.filter(contact=alice).update(standing="refused")
    assert passing.is_free(Prize.objects.select_related("entry").get())


def test_home_reminds_once_all_is_in_and_until_it_has_ended(client):
    client.force_login(cast.olga())
    at = clock.now()

    def waits(at):
        return [one for one, _stage in ending.to_end(at=at)]

    contest = opened(by="votes", votes_close=at + timedelta(days=1))
    opened(by="votes", title="Goes on")
    reminder = "“Summer tables” is to be ended"
    assert reminder not in client.get(reverse("home")).content.decode()
    actions.close(contest=contest, by="Max", at=at)
    assert ending.to_end(at=at) == [] and waits(at + timedelta(days=2)) == [contest]
    type(contest).objects.filter(pk=contest.pk).update(votes_close=at)
    page = client.get(reverse("home")).content.decode()
    assert reminder in page and reverse("end_contest", args=[contest.uid]) in page
    end(contest)
    assert reminder not in client.get(reverse("home")).content.decode()


def test_home_reminds_of_a_contest_without_a_last_day_once_no_photos_come_and_there_are_any(client):
    client.force_login(cast.olga())
    contest = opened(by="votes", title="No day")
    empty = opened(by="jury", title="Empty")
    entry = filed(contest, cast.alice())
    reminder = "“No day” takes no more photos, and is decided when you end it"
    assert reminder not in client.get(reverse("home")).content.decode()
    for one in (contest, empty):
        actions.close(contest=one, by="Max", at=clock.now())
    page = client.get(reverse("home")).content.decode()
    assert reminder in page and "“Empty”" not in page
    Entry.objects.filter(pk=entry.pk).update(standing="refused")
    assert reminder not in client.get(reverse("home")).content.decode()


def test_home_says_when_a_draw_is_due(client):
    client.force_login(cast.olga())
    contest = drawn(closes=clock.now() + timedelta(hours=1))
    filed(contest, cast.alice())
    reminder = "“Summer tables” is to be drawn"
    assert reminder not in client.get(reverse("home")).content.decode()
    actions.close(contest=contest, by="Max", at=clock.now())
    assert reminder in client.get(reverse("home")).content.decode()
    ending.fix_lists(at=clock.now())
    assert reminder in client.get(reverse("home")).content.decode()
    end(contest)
    assert reminder not in client.get(reverse("home")).content.decode()
