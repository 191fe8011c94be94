"""The board in the dashboard: reading, writing, answering, joining, and putting words of customers on it."""

import pytest
from django.urls import reverse

from campaigns.board.models import Board, Joined, Suggestion, Vote
from crm.dialogue.actions import say
from crm.dialogue.models import Conversation, Message
from engage.lib import clock
from engage.memory.links import Guest, sign_proof
from tests import cast
from tests.campaigns.board.suggesting import now, said, suggested, voted, votes
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import published, sent_to, tap
from tests.engage.dashboard.codes import code
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def max_(client):
    person = cast.max_()
    client.force_login(person)
    return person


@pytest.fixture
def oats(alice):
    return suggested(alice, "Oat milk at the counter", tell=True, shown=False)


def act(client, name: str, *args: object, **form: object):
    return client.post(reverse(name, args=args), form, follow=True)


def test_the_owner_opens_the_board_and_names_the_states(client, max_):
    assert "The board is closed" in said(client.get(reverse("suggestions")))
    page = act(client, "set_up_board", is_open="on", title="What next?", state_planned="On its way\u202e")
    assert "Nobody has suggested anything yet" in said(page)
    board = Board.objects.get()
    assert (board.is_open, board.title, board.words) == (True, "What next?", {"planned": "On its way"})
    assert "What next?" in said(client.get("/b/"))
    act(client, "set_up_board", title="Later")
    assert Board.objects.count() == 1 and client.get("/b/").status_code == 404


def test_the_page_of_the_board_is_a_code_to_be_printed(client, max_):
    assert reverse("board_qr", args=["svg"]) not in said(client.get(reverse("suggestions")))
    page = act(client, "set_up_board", is_open="on", title="What next?").content.decode()
    for kind in ("svg", "png"):
        url = reverse("board_qr", args=[kind])
        assert f'href="{url}" download' in page and client.get(url).content == code("/b/", kind)
    assert client.get(reverse("board_qr", args=["gif"])).status_code == 404


def test_what_waits_is_read_shown_refused_and_had_back(client, max_, oats):
    assert "1 suggestion waits to be read" in said(client.get(reverse("suggestions")))
    assert "Oat milk" in said(client.get(reverse("suggestions"), {"show": "waiting"}))
    page = act(client, "stand_suggestion", oats.uid, "shown")
    assert "Everybody can read it now" in said(page) and now(oats).standing == "shown"
    assert reverse("stand_suggestion", args=[oats.uid, "waiting"]) in said(page)
    act(client, "stand_suggestion", oats.uid, "refused")
    assert now(oats).standing == "refused" and act(client, "stand_suggestion", oats.uid, "nonsense").status_code == 200
    assert now(oats).standing == "refused"


def test_it_is_answered_with_the_colleagues_name_and_who_asked_is_told(client, max_, oats):
    act(client, "stand_suggestion", oats.uid, "shown")
    assert "Write to the person who asked to be told" in said(client.get(reverse("suggestion", args=[oats.uid])))
    said_so = {"state": "planned", "answer": "In June.", "tell": "1"}
    sure = act(client, "answer_suggestion", oats.uid, **said_so)
    assert "1 person asked to hear" in said(sure) and "In June." in said(sure) and "Planned: Oat milk" in said(sure)
    assert not Message.objects.filter(origin=f"board:{oats.uid}").exists() and now(oats).state == "new"
    page = act(client, "answer_suggestion", oats.uid, **said_so, sure="1")
    assert "1 person is told" in said(page) and Message.objects.filter(origin=f"board:{oats.uid}").count() == 1
    assert (now(oats).answered_by, now(oats).state) == ("Max", "planned")
    assert "Nobody was written to" in said(act(client, "answer_suggestion", oats.uid, state="done", answer="In June."))
    assert act(client, "answer_suggestion", oats.uid, state="nonsense").status_code == 400
    assert "Sent" in said(client.get(reverse("sent"))) and "News of a suggestion" in said(client.get(reverse("sent")))


def test_two_are_joined_and_parted_again(client, max_, oats, bob):
    plant = suggested(bob, "Plant milk")
    page = client.get(reverse("suggestion", args=[plant.uid]), {"like": "oat"})
    assert "Oat milk at the counter" in said(page)
    act(client, "join_suggestion", plant.uid, into=str(oats.uid))
    assert votes(oats) == 2 and "It went into" in said(client.get(reverse("suggestion", args=[plant.uid])))
    act(client, "part_suggestions", Joined.objects.get().pk)
    assert votes(oats) == 1 and now(plant).into is None
    assert client.post(reverse("join_suggestion", args=[plant.uid]), {"into": "x"}).status_code == 404


def test_words_of_a_conversation_go_on_the_board_in_two_presses_with_their_permission(client, ada, bob):
    line = say(contact=bob, text="Could you open on Sundays? I work all week.", channel="site", at=clock.now())
    talk = said(client.get(reverse("conversation", args=[line.conversation.uid])))
    url = reverse("put_words", args=[line.uid])
    assert url in talk
    page = client.get(url)
    form = page.context["form"].initial
    assert form == {"title": "Could you open on Sundays", "words": "Could you open on Sundays? I work all week."}
    assert client.post(url, form).status_code == 400 and not Suggestion.objects.exists()
    client.post(url, form | {"agreed": "on", "words": "", "tags": "hours"})
    one = Suggestion.objects.get()
    assert (one.contact, one.votes, one.standing, one.tags) == (bob, 1, "shown", ["hours"])
    assert one.original == line.text and one.words == ""
    assert client.get(url)["Location"] == reverse("suggestion", args=[one.uid]) and Suggestion.objects.count() == 1
    page = act(client, "talk_about_suggestion", one.uid)
    assert page.status_code == 200 and Conversation.objects.filter(contact=bob).count() == 1


def test_an_answer_to_a_survey_goes_on_the_board(client, max_, alice):
    published()
    submit(client, tap(sent_to(alice)), words="More decaf")
    answer = Suggestion.objects.none()
    survey_page = said(client.get(reverse("survey", args=[_survey_uid()])))
    path = next(part for part in survey_page.split('"') if "/surveys/board/answers/" in part)
    client.post(path, {"title": "More decaf", "agreed": "on"})
    answer = Suggestion.objects.get()
    assert (answer.source_kind, answer.contact, answer.original) == ("answer", alice, "")
    assert client.get(path.replace("/words/", "/none/")).status_code == 404


def _survey_uid():
    from campaigns.surveys.models import Survey

    return Survey.objects.get().uid


def test_an_agent_reads_and_writes_and_leaves_answers_and_the_board_to_others(client, ada, oats):
    assert client.get(reverse("suggestions")).status_code == 200
    assert act(client, "write_suggestion", oats.uid, title="Milk of oats").status_code == 200
    assert now(oats).title == "Milk of oats" and now(oats).original == "Oat milk at the counter"
    assert act(client, "answer_suggestion", oats.uid, state="done").status_code == 403
    assert client.get(reverse("set_up_board")).status_code == 403
    assert act(client, "write_suggestion", oats.uid, title="\u200b").status_code == 400


def test_lists_and_pages_take_the_same_queries_however_much_there_is(client, max_, oats, alice, bob):
    def taken() -> tuple[int, int]:
        return queries_of(client, reverse("suggestions")), queries_of(client, reverse("suggestion", args=[oats.uid]))

    few = taken()
    for n in range(5):
        one = suggested(cast.contact(f"Guest {n}"), f"Idea {n}")
        voted(bob, one), voted(cast.contact(f"Other {n}"), oats)
    assert taken() == few and few[0] <= 9 and few[1] <= 16


def test_it_stands_on_their_page_and_on_their_own(client, max_, oats, alice, bob):
    suggested_ones = Suggestion.objects.update(shown_as="Alice")
    voted(bob, oats, tell=True)
    assert suggested_ones and "Oat milk at the counter" in said(client.get(reverse("person", args=[alice.uid])))
    assert "Voted for" in said(client.get(reverse("person", args=[bob.uid])))
    proof = sign_proof(Guest(bob, "", expired=False), clock.now())
    page = said(client.get(reverse("everything", args=[proof])))
    assert "You voted for:" in page and "Oat milk at the counter" in page
    client.post(reverse("hear_no_more", args=[proof, oats.uid]))
    assert not Vote.objects.get(contact=bob).tell
    client.post(reverse("take_wish_back", args=[proof, oats.uid]))
    assert votes(oats) == 1
    client.post(reverse("leave_name_out", args=[proof, oats.uid]))
    assert now(oats).shown_as == "Alice"
    hers = sign_proof(Guest(alice, "", expired=False), clock.now())
    client.post(reverse("leave_name_out", args=[hers, oats.uid]))
    assert now(oats).shown_as == ""
