"""Urgent, tags, spam, and people whom we do not answer."""

import pytest

from crm.contacts.actions import erase, merge
from crm.dialogue.actions import (
    TooManyTags,
    block,
    keep_draft,
    mark_spam,
    not_spam,
    note,
    rename_tag,
    say,
    set_urgent,
    sorting,
    tag,
    unblock,
    untag,
)
from crm.dialogue.models import Block, Conversation, Tag, Tagged
from crm.dialogue.queries import talking
from crm.events.models import Inbox
from tests.cast import NOON


def test_a_tag_is_one_however_it_is_written(conversation, ada):
    first = tag(conversation=conversation, name="Wholesale", by=ada, at=NOON)
    assert tag(conversation=conversation, name="wholesale", by=ada, at=NOON) == first
    assert Tagged.objects.count() == 1
    other = tag(conversation=conversation, name="hours", by=ada, at=NOON)
    assert not rename_tag(other, name="WHOLESALE", by=ada, at=NOON)
    assert rename_tag(other, name="Opening", by=ada, at=NOON)
    untag(conversation=conversation, tag=first, by=ada, at=NOON)
    assert [tagged.tag.name for tagged in Tagged.objects.select_related("tag")] == ["Opening"]


def test_there_are_not_endlessly_many_tags(conversation, ada, monkeypatch):
    monkeypatch.setattr(sorting, "MOST_TAGS", 1)
    tag(conversation=conversation, name="one", by=ada, at=NOON)
    with pytest.raises(TooManyTags):
        tag(conversation=conversation, name="two", by=ada, at=NOON)
    assert Tag.objects.count() == 1


def test_spam_is_done_releases_what_it_held_and_says_that_it_was_spam(conversation, ada, alice, held):
    mark_spam(conversation=conversation, by=ada, at=NOON)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.spam) == ("done", NOON)
    held.refresh_from_db()
    assert held.why == "talking_ended"
    assert '"outcome":"spam"' in Inbox.objects.latest("id").body.replace(" ", "")
    not_spam(conversation=conversation, by=ada, at=NOON)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.spam, conversation.closed) == ("needs_answer", None, None)


def test_new_words_after_spam_are_a_conversation_of_their_own(conversation, ada, alice):
    mark_spam(conversation=conversation, by=ada, at=NOON)
    assert say(contact=alice, text="Hello", channel="site", at=NOON).conversation != conversation


def test_whom_we_do_not_answer_is_kept_and_asks_for_nothing(conversation, ada, alice):
    block(contact=alice, by=ada, at=NOON)
    block(contact=alice, by=ada, at=NOON)
    assert Block.objects.count() == 1
    before = Inbox.objects.count()
    for text in ("Buy this", "Buy that"):
        said = say(contact=alice, text=text, channel="email", at=NOON)
        assert said.conversation == conversation and said.text == text
    conversation.refresh_from_db()
    assert (conversation.state, bool(conversation.spam)) == ("done", True)
    assert not talking([alice.pk], NOON) and Inbox.objects.count() == before
    unblock(contact=alice, by=ada, at=NOON)
    assert say(contact=alice, text="Sorry", channel="email", at=NOON).conversation.state == "needs_answer"


def test_the_first_words_of_somebody_blocked_begin_nothing(ada, bob):
    block(contact=bob, by=ada, at=NOON)
    assert say(contact=bob, text="Buy", channel="email", at=NOON).conversation.spam
    assert not Inbox.objects.exists()


def test_a_block_goes_with_the_person_and_all_is_erased_with_them(conversation, ada, alice, bob):
    block(contact=alice, by=ada, at=NOON)
    set_urgent(conversation=conversation, urgent=True, by=ada, at=NOON)
    tag(conversation=conversation, name="one", by=ada, at=NOON)
    note(conversation=conversation, text="@Ada", by=ada, at=NOON)
    keep_draft(conversation=conversation, text="Dear", by=ada, at=NOON)
    merge(survivor=bob, absorbed=alice, by="Ada", at=NOON)
    assert say(contact=bob, text="Buy", channel="email", at=NOON).conversation.spam
    erase(contact=bob, by="Ada", at=NOON)
    assert not Conversation.objects.exists() and not Block.objects.exists()
