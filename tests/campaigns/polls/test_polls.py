"""One question, one vote each, and what came of it shown to whom the owner wishes."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from campaigns.polls import actions, counting
from campaigns.surveys import actions as surveys
from campaigns.surveys.limits.limits import Once
from campaigns.surveys.models import Response
from crm.contacts.actions import erase, merge, undo_merge
from crm.dialogue.models import Message
from crm.preferences.models import Preference
from engage import listen
from engage.lib import clock, tokens
from tests.campaigns.board.suggesting import said
from tests.campaigns.polls.polling import opened, path, results_link, vote
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import sent_to, tap

pytestmark = pytest.mark.django_db


def counted(poll) -> dict[str, int]:
    return {bar.label: bar.votes for bar in counting.standing(poll, clock.now()).bars}


def by_link(client, poll, person, no: int = 1):
    message = sent_to(person, occurrence=f"{person.pk} {Message.objects.count()}")
    url = tap(message, poll.survey.key, "poll", no)
    seen = client.get(url)
    return submit(client, url, poll=no) if b'name="form"' in seen.content else seen


def test_a_device_votes_once_and_sees_what_came_of_it(client):
    poll = opened(once=Once.DEVICE)
    assert "once you have voted" in said(client.get(path(poll))) and not client.cookies
    thanks = vote(client, poll, 2)
    page = client.get(results_link(thanks))
    assert "Your vote counts" in said(page) and "1 vote, 100 %" in said(page) and "1 person voted" in said(page)
    again = said(client.get(path(poll)))
    assert "Your vote counts" in again and "radio" not in again
    vote(Client(), poll, 1), vote(Client(), poll, 2)
    assert counted(poll) == {"Carrot cake": 1, "Plum cake": 2, "None": 0}
    assert "2 votes, 67 %" in said(client.get(path(poll)))


def test_a_person_votes_by_our_link_or_once_their_address_is_proved(client, alice):
    poll = opened()
    by_link(client, poll, alice, 1)
    vote(client, poll, 2, **{"own-address": "dora@shop.example"})
    assert counted(poll) == {"Carrot cake": 1, "Plum cake": 0, "None": 0}
    (mail,) = Message.objects.filter(origin="own-answer")
    done = client.post(re.search(r"https?://[^/\s]+(/s/\S+)", mail.text)[1])
    assert counted(poll)["Plum cake"] == 1 and "2 people voted" in said(client.get(results_link(done)))


def test_one_vote_a_person_however_many_links_they_have_and_whoever_they_become(client, alice, bob):
    poll = opened(once=Once.LINK)
    by_link(client, poll, alice, 1), by_link(client, poll, alice, 2), by_link(client, poll, bob, 2)
    assert counted(poll) == {"Carrot cake": 1, "Plum cake": 1, "None": 0}
    joined = merge(survivor=alice, absorbed=bob, by="Ada", at=clock.now())
    assert sum(counted(poll).values()) == 1
    undo_merge(joined, by="Ada", at=clock.now())
    assert sum(counted(poll).values()) == 2
    erase(contact=alice, by="customer", at=clock.now())
    assert counted(poll) == {"Carrot cake": 0, "Plum cake": 1, "None": 0}


@pytest.mark.parametrize(
    ("shows", "before", "after", "over"),
    [("always", True, True, True), ("after", False, True, True), ("end", False, False, True)],
)
def test_results_are_shown_to_whom_the_owner_wishes(client, alice, shows, before, after, over):
    poll = opened(shows=shows, once=Once.DEVICE, closes=clock.now() + timedelta(hours=1))
    part = f"{path(poll)}?part=results"

    def seen(link: str) -> bool:
        return "Plum cake</span>" in said(client.get(link))

    assert seen(part) is before and (client.get(part).status_code == 200) is before
    link = results_link(vote(client, poll, 2))
    assert seen(f"{link}&part=results") is after and seen(link) is after
    for forged in ("x", tokens.sign("voted", poll.survey_id, "x"), tokens.sign("voted", 0, "x"), "a" * 5000):
        assert (Client().get(f"{part}&voted={forged}").status_code == 200) is before
    with time_machine.travel(clock.now() + timedelta(hours=2), tick=False):
        page = said(Client().get(path(poll)))
        assert ("1 vote, 100 %" in page) is over and "This poll is over" in page and "radio" not in page
        vote_page = Client().get(f"/s/{poll.survey.key}/")
        assert vote_page.status_code == 410


def test_it_can_be_ended_by_hand_and_is_shown_then(client):
    poll = opened(shows="end", once=Once.DEVICE)
    vote(client, poll, 3)
    surveys.close(survey=poll.survey, by="Max", at=clock.now())
    assert "1 vote, 100 %" in said(client.get(path(poll)))


def test_the_answer_is_remembered_of_proved_people_who_are_told_and_may_say_no(client, alice, bob):
    poll = opened(remember="cake")
    page = by_link(client, poll, alice, 2)
    assert "We’ll remember" in said(page) and "Don’t" in said(page)
    listen.run()
    known = Preference.objects.get(contact=alice, state="active")
    assert (known.value, known.question) == ("Plum cake", "Which cake on Sunday?")
    assert "remember" not in said(by_link(client, opened(question="And tea?"), bob, 1)).split("<footer")[0]
    with pytest.raises(actions.BadPoll):
        opened(once=Once.DEVICE, remember="cake")


@pytest.mark.parametrize("choices", [["one"], ["a"] * 2, ["A", "a\u200b"], [str(n) for n in range(9)], ["\u200b", "a"]])
def test_too_few_too_many_or_the_same_answers_make_no_poll(db, choices):
    with pytest.raises(actions.BadPoll):
        opened(choices=choices)


def test_nobody_and_nothing_breaks_the_page(client, db):
    script = "<script>alert(1)</script>"
    poll = opened(question=script, choices=[script, "fine"], shows="always", once=Once.DEVICE)
    assert b"<script>alert" not in client.get(path(poll)).content
    assert client.get("/poll/nothing/").status_code == 404 and client.get("/poll/nothing/live/").status_code == 404
    assert client.post(path(poll)).status_code == 405
    bad = vote(client, poll, 9)
    assert bad.status_code in (400, 404) and not Response.objects.filter(state="final").exists()
