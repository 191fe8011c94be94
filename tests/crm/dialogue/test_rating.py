"""Stars for a conversation that is over: one tap, once, and a bad one comes back to us."""

import pytest

from crm.dialogue.actions import close, mark_spam, rate
from crm.dialogue.links import rating_path
from crm.dialogue.models import Conversation, Message
from tests.cast import NOON


@pytest.fixture
def done(conversation: Conversation, ada) -> Conversation:
    close(conversation=conversation, by=ada, at=NOON)
    conversation.refresh_from_db()
    return conversation


@pytest.fixture
def page(done: Conversation) -> str:
    return rating_path(done.uid)


def test_looking_chooses_and_counts_nothing(client, page: str, done: Conversation) -> None:
    shown = client.get(f"{page}?stars=4").content.decode()
    assert 'value="4" ' in shown and "checked" in shown.partition('value="4"')[2][:80]
    client.head(page)
    done.refresh_from_db()
    assert done.rating is None and done.state == "done"


def test_sent_it_is_kept_and_the_conversation_stays_done(client, page: str, done: Conversation) -> None:
    assert client.post(page, {"stars": "4"}).status_code == 200
    done.refresh_from_db()
    assert (done.rating, done.state) == (4, "done")


def test_a_second_time_changes_nothing(client, page: str, done: Conversation) -> None:
    client.post(page, {"stars": "4"})
    assert "We have your stars" in client.post(page, {"stars": "1"}).content.decode()
    assert "We have your stars" in client.get(page).content.decode()
    done.refresh_from_db()
    assert done.rating == 4


def test_two_stars_or_fewer_need_an_answer(client, page: str, done: Conversation) -> None:
    client.post(page, {"stars": "2"})
    done.refresh_from_db()
    assert (done.rating, done.state, done.closed) == (2, "needs_answer", None)


def test_words_come_in_as_theirs_and_need_an_answer(client, page: str, done: Conversation) -> None:
    client.post(page, {"stars": "5", "words": "Thank Ada from me."})
    done.refresh_from_db()
    assert done.state == "needs_answer"
    assert Message.objects.filter(direction="in", conversation=done).latest("id").text == "Thank Ada from me."


@pytest.mark.parametrize("stars", ["", "0", "6", "-1", "x", "5.5", "\x00"])
def test_what_is_no_number_of_stars_is_asked_again(client, page: str, done: Conversation, stars: str) -> None:
    response = client.post(page, {"stars": stars})
    assert response.status_code == 400
    done.refresh_from_db()
    assert done.rating is None


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_no_program_of_ours_writes_anything_else(done: Conversation, stars: int) -> None:
    with pytest.raises(ValueError):
        rate(conversation=done, stars=stars, at=NOON)


def test_the_page_shows_nothing_of_what_was_said(client, page: str) -> None:
    shown = client.get(page).content.decode()
    assert "stale" not in shown and "Alice" not in shown


def test_for_spam_nobody_gives_stars_and_it_stays_where_it_is(client, page: str, done: Conversation, ada) -> None:
    mark_spam(conversation=done, by=ada, at=NOON)
    assert client.get(page).status_code == client.post(page, {"stars": "1", "words": "Hello?"}).status_code == 404
    assert not rate(conversation=done, stars=1, at=NOON)
    done.refresh_from_db()
    assert (done.rating, done.state) == (None, "done") and done.spam
