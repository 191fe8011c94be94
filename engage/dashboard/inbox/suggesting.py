"""Answers of the shop's own list that the last words of a customer may ask for."""

from uuid import UUID

from crm.dialogue.faq import Match, matches
from crm.dialogue.models import Conversation, FaqEntry
from engage.dashboard.inbox.thread import Thread


def suggestions(conversation: Conversation, words: Thread) -> list[Match]:
    """While they wait for an answer. Two queries, one where the shop has no list, none where nothing is owed."""
    if conversation.state != Conversation.State.NEEDS_ANSWER:
        return []
    theirs = [bubble.message.text for bubble in words.bubbles if bubble.side == "theirs"]
    return matches(theirs[-1]) if theirs else []


def chosen_answer(uid: str) -> str:
    """The answer that a colleague chose to begin with; empty without one. One query, none where none is named."""
    try:
        entry = FaqEntry.objects.filter(uid=UUID(uid)).first() if uid else None
    except ValueError:
        return ""
    return entry.answer if entry else ""
