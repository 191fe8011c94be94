"""What colleagues do: read first, write, join and part, answer; and who is told."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from campaigns.board import deciding
from campaigns.board.models import Board, Change, Joined, Suggestion, Vote
from campaigns.channels import port
from campaigns.channels.email.carriers import carrier
from crm.business.actions import update_business
from crm.contacts.actions import erase, merge, pause
from crm.dialogue.models import Message
from engage import speak
from engage.lib import clock, tokens
from engage.lib.server_urls import mailer
from tests import cast
from tests.campaigns.board.suggesting import now, said, suggested, voted, votes

pytestmark = pytest.mark.django_db


def decide(one: Suggestion, state: str = "planned", answer: str = "", *, tell: bool = True) -> Change | None:
    return deciding.decide(suggestion=one, state=state, answer=answer, by="Max", at=clock.now(), tell=tell)


def news() -> list[Message]:
    return list(Message.objects.filter(origin__startswith="board:").order_by("id"))


def test_who_ticked_it_is_told_once_for_each_change_and_nobody_else(oats, bob):
    carol, dave = cast.carol(), cast.contact("Dave", "dave@shop.example")
    voted(bob, oats, tell=True), voted(carol, oats), voted(dave, oats, tell=True)
    pause(contact=dave, until=None, by="customer", at=clock.now())
    Board.objects.update(words={"planned": "On its way"})
    change = decide(oats, "planned", "In June, from a farm near by.")
    (mail,) = news()
    assert (
        change
        and change.told == 1
        and (mail.contact, mail.klass, mail.occurrence)
        == (
            bob,
            "transactional",
            str(change.uid),
        )
    )
    assert "On its way" in mail.subject and "In June" in mail.text and f"/b/{oats.uid}/" in mail.text
    assert decide(oats, "planned", "In June, from a farm near by.") is None
    assert decide(oats, "planned", "In July.", tell=False).told is None and len(news()) == 1
    assert decide(oats, "done", "In July.").told == 1 and len({one.occurrence for one in news()}) == 2
    speak.run()
    assert {one.state for one in news()} == {"kept"}


def test_the_link_in_the_news_stops_them_and_leaves_the_vote(client, oats, bob):
    voted(bob, oats, tell=True)
    decide(oats)
    path = next(part for part in news()[0].text.split() if "/b/stop/" in part).partition("//")[2].partition("/")[2]
    assert "No more news" in said(client.get(f"/{path}")) and Vote.objects.get(contact=bob).tell
    assert "Stopped" in said(client.post(f"/{path}"))
    assert not Vote.objects.get(contact=bob).tell and votes(oats) == 2 and decide(oats, "done").told == 0
    for token in (tokens.sign("board-stop", 999_999), "x.y"):
        assert client.post(reverse("board_stop", args=[token])).status_code == 404


def test_a_mail_program_ends_the_news_with_one_press(oats, bob, smtp_sink, monkeypatch):
    update_business(by="Olga", at=clock.now(), live=True, name="Shop", sender_email="shop@shop.test")
    bob.identities.update(value="bob@customer.test")
    sink = carrier(mailer("EMAIL_URL", smtp_sink.url))
    monkeypatch.setattr(port.channel("email"), "carrier", lambda: sink)
    voted(bob, oats, tell=True)
    decide(oats)
    speak.run()
    sink.close()
    (mail,) = smtp_sink.messages
    path = mail["List-Unsubscribe"].removeprefix(f"<{settings.PUBLIC_URL}").removesuffix(">")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and path in news()[0].text
    posted = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"}, headers={"Origin": "null"})
    assert posted.status_code == 200 and not Vote.objects.get(contact=bob).tell


def test_somebody_who_was_two_is_told_once(oats, bob):
    carol = cast.carol()
    voted(bob, oats, tell=True), voted(carol, oats, tell=True)
    merge(survivor=bob, absorbed=carol, by="Ada", at=clock.now())
    assert decide(oats).told == 1 and len(news()) == 1


def test_nobody_is_told_of_what_nobody_is_shown(oats, bob):
    voted(bob, oats, tell=True)
    deciding.stand(suggestion=oats, standing="refused", by="Max", at=clock.now())
    assert decide(oats).told is None and not news()


def test_two_that_say_the_same_have_the_votes_of_both_and_can_be_parted(oats, alice, bob):
    soy, carol = suggested(bob, "Plant milk, please"), cast.carol()
    voted(alice, soy), voted(carol, soy)
    joined = deciding.join(suggestion=soy, into=oats, by="Max", at=clock.now())
    assert votes(oats) == 3
    with pytest.raises(deciding.CannotJoin):
        deciding.join(suggestion=soy, into=oats, by="Max", at=clock.now())
    with pytest.raises(deciding.CannotJoin):
        deciding.join(suggestion=oats, into=oats, by="Max", at=clock.now())
    dave = cast.contact("Dave", "dave@shop.example")
    voted(dave, soy, tell=True)
    assert votes(oats) == 4 and Vote.objects.get(contact=dave).suggestion == oats
    assert decide(oats).told == 1
    assert deciding.undo_join(joined=joined, by="Max", at=clock.now())
    assert not deciding.undo_join(joined=joined, by="Max", at=clock.now())
    assert (votes(oats), votes(soy)) == (2, 3) and Joined.objects.get().undone_by == "Max"


def test_our_words_take_the_place_of_theirs_which_are_kept(oats):
    one = deciding.write(suggestion=oats, title="Plant milk", text="", tags=["menu"], by="Max", at=clock.now())
    assert one.original == "Oat milk at the counter\n\nFor the flat white." and one.tags == ["menu"]
    again = deciding.write(suggestion=one, title="Milk of plants", text="", tags=[], by="Max", at=clock.now())
    assert again.original == one.original
    assert deciding.tags_in(" Menu, menu,, \u200bcounter ") == ["menu", "counter"]


def test_erasing_takes_vote_name_and_words_and_leaves_what_others_want(client, oats, alice, bob):
    Suggestion.objects.update(shown_as="Alice")
    alone = suggested(alice, "A bench outside")
    ours = suggested(alice, "A quiet corner")
    deciding.write(suggestion=ours, title="Somewhere quiet", text="", tags=[], by="Max", at=clock.now())
    voted(bob, oats, tell=True), voted(bob, ours)
    decide(oats)
    erase(contact=alice, by="customer", at=clock.now())
    assert not Suggestion.objects.filter(pk=alone.pk).exists()
    left = now(oats)
    assert (left.title, left.words, left.shown_as, left.contact) == ("", "", "", None)
    assert (left.votes, left.standing) == (1, "waiting")
    assert (now(ours).title, now(ours).original, now(ours).standing) == ("Somewhere quiet", "", "shown")
    assert "Oat milk" not in news()[0].text + news()[0].subject
    assert client.get(f"/b/{oats.uid}/").status_code == 404 and "Oat milk" not in said(client.get("/b/"))
    erase(contact=bob, by="customer", at=clock.now())
    assert votes(ours) == 0
