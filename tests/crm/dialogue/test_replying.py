"""An answer can be taken back, wait for its time, and be begun and left; and what somebody else said holds it."""

from datetime import timedelta

import pytest

from crm.business.models import User
from crm.dialogue import ledger, outbox
from crm.dialogue.actions import (
    ConversationMoved,
    close,
    keep_draft,
    note,
    reply,
    say,
    send_now,
    take_answer_back,
)
from crm.dialogue.models import AnswerDraft, Conversation, Mention, Message, Outbox
from crm.dialogue.queries import lines, said_since, talking
from tests.cast import NOON

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def last(conversation: Conversation) -> int:
    found = lines(conversation).last()
    return found.pk if found else 0


@pytest.fixture
def answer(conversation, ada) -> Message:
    return reply(
        conversation=conversation,
        text="A fresh bag.",
        by=ada,
        at=NOON,
        seen=last(conversation),
        leaves=NOON + 10 * SECOND,
    )


@pytest.fixture
def later(conversation, ada) -> Message:
    seen = last(conversation)
    return reply(
        conversation=conversation, text="On Friday.", by=ada, at=NOON, seen=seen, leaves=NOON + 3 * DAY, scheduled=True
    )


def test_it_leaves_when_its_time_has_come_and_not_before(answer):
    assert Outbox.objects.get().due == NOON + 10 * SECOND == answer.at


def test_taken_back_it_never_leaves_and_its_words_are_a_draft_again(answer, conversation, ada):
    assert take_answer_back(message=answer, by=ada, at=NOON + SECOND)
    assert not Outbox.objects.exists()
    answer.refresh_from_db()
    assert (answer.state, answer.why) == ("withheld", "taken_back")
    assert AnswerDraft.objects.get().text == "A fresh bag."
    conversation.refresh_from_db()
    assert (conversation.state, conversation.last_staff) == ("needs_answer", None)
    assert said_since(conversation, answer.pk - 1) == []
    assert all(sums.adds_up for sums in ledger.sums())


def test_what_has_left_or_is_leaving_cannot_be_taken_back(answer, ada):
    outbox.claim([0])
    assert not take_answer_back(message=answer, by=ada, at=NOON)
    Outbox.objects.all().delete()
    assert not take_answer_back(message=answer, by=ada, at=NOON)
    answer.refresh_from_db()
    assert answer.state == "queued" and not AnswerDraft.objects.exists()


def test_sent_and_done_it_is_open_again_when_taken_back(answer, conversation, ada):
    close(conversation=conversation, by=ada, at=NOON)
    assert take_answer_back(message=answer, by=ada, at=NOON + SECOND)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.closed) == ("needs_answer", None)


def test_it_can_be_sent_after_it_was_taken_back(answer, conversation, ada):
    take_answer_back(message=answer, by=ada, at=NOON)
    again = reply(conversation=conversation, text="Two bags.", by=ada, at=NOON, seen=answer.pk - 1)
    assert again.text == "Two bags."
    assert not AnswerDraft.objects.exists()


def test_an_answer_for_later_holds_the_lock_until_two_days_after_it_leaves(later, conversation, alice):
    assert talking([alice.pk], NOON + 4 * DAY)
    assert not talking([alice.pk], NOON + 6 * DAY)


def test_it_is_held_when_they_write_before_and_an_answer_is_owed(later, alice, conversation):
    say(contact=alice, text="Never mind.", channel="site", at=NOON + DAY)
    later.refresh_from_db()
    assert (later.state, later.why, Outbox.objects.get().due) == ("waiting", "they_wrote", outbox.NEVER)
    conversation.refresh_from_db()
    assert conversation.state == "needs_answer"
    assert talking([alice.pk], NOON + 90 * DAY)


def test_an_answer_that_leaves_in_a_moment_is_not_held(answer, alice):
    say(contact=alice, text="Never mind.", channel="site", at=NOON + SECOND)
    answer.refresh_from_db()
    assert answer.state == "queued"


def test_what_was_held_goes_by_a_word_of_whoever_has_read_the_rest(later, alice, conversation, ada):
    words = say(contact=alice, text="Never mind.", channel="site", at=NOON + DAY)
    with pytest.raises(ConversationMoved) as moved:
        send_now(message=later, by=ada, at=NOON + DAY, seen=later.pk)
    assert moved.value.lines == [words]
    assert send_now(message=later, by=ada, at=NOON + DAY, seen=words.pk)
    later.refresh_from_db()
    assert (later.state, later.why, Outbox.objects.get().due) == ("queued", "", NOON + DAY)
    assert not send_now(message=later, by=ada, at=NOON + DAY, seen=words.pk), "it is due already"


def test_what_was_held_is_not_said_when_the_conversation_is_done(later, alice, conversation, ada):
    say(contact=alice, text="Never mind.", channel="site", at=NOON + DAY)
    close(conversation=conversation, by=ada, at=NOON + DAY)
    later.refresh_from_db()
    assert (later.state, later.why) == ("withheld", "taken_back") and not Outbox.objects.exists()
    assert all(sums.adds_up for sums in ledger.sums())


def test_each_colleague_has_a_draft_of_their_own_until_it_is_empty(conversation, ada, cast):
    max_ = cast.max_()
    keep_draft(conversation=conversation, text="Dear", by=ada, at=NOON)
    keep_draft(conversation=conversation, text="Dear Alice", by=ada, at=NOON)
    keep_draft(conversation=conversation, text="Hello", by=max_, at=NOON)
    assert {draft.colleague: draft.text for draft in AnswerDraft.objects.all()} == {ada: "Dear Alice", max_: "Hello"}
    keep_draft(conversation=conversation, text=" ", by=ada, at=NOON)
    assert AnswerDraft.objects.get().colleague == max_


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Ada please", ["Ada"]),
        ("@ada, @Max: look", ["Ada", "Max"]),
        ("ask @max.", ["Max"]),
        ("@Maximilian", []),
        ("write to ada@team.example", []),
        ("@nobody", []),
    ],
)
def test_a_note_mentions_whom_it_names(conversation, ada, cast, text, names):
    cast.max_()
    note(conversation=conversation, text=text, by=ada, at=NOON)
    assert sorted(mention.colleague.name for mention in Mention.objects.select_related("colleague")) == names


def test_a_namesake_is_only_mentioned_by_the_whole_name(conversation, ada, cast):
    User.objects.create_user("ada.long@team.example", "x", name="Ada Long", role="agent")
    note(conversation=conversation, text="@Ada Long has it", by=ada, at=NOON)
    assert [m.colleague.name for m in Mention.objects.select_related("colleague")] == ["Ada Long"]
