"""What a customer says of a conversation with one tap: a person please, that helped, so many stars."""

from datetime import datetime

from django.db import transaction

from crm.contacts.actions import touch
from crm.dialogue.actions.conversation import derive_about, give_away, say, stand
from crm.dialogue.actions.standing import fresh_and_held, shut, still_in_hand
from crm.dialogue.models import Conversation
from engage.lib.patience import patient

State = Conversation.State
LOW = 2
"""So few stars are a reason to write."""
AGAIN = {"closed": None, "snoozed_until": None, "spam": None}
"""What no conversation is that needs an answer."""


@patient
def want_person(*, conversation: Conversation, at: datetime) -> None:
    """They ask for a person: it needs an answer, with all that was said. Automatic answers are silent from then on."""
    with transaction.atomic():
        fresh = fresh_and_held(conversation)
        if fresh.person_wanted and fresh.state == State.NEEDS_ANSWER:
            return
        touch({fresh.contact_id: at})
        stand(
            fresh,
            State.NEEDS_ANSWER,
            person_wanted=fresh.person_wanted or at,
            last_customer=at,
            **AGAIN,
            **still_in_hand(fresh),
        )
        give_away(fresh)
        derive_about(fresh, "Person Wanted", at)


@patient
def was_helped(*, conversation: Conversation, at: datetime) -> bool:
    """The automatic answer was the answer: done. False where somebody has gone on from there."""
    with transaction.atomic():
        fresh = fresh_and_held(conversation)
        if fresh.state == State.DONE:
            return True
        if fresh.assignee_id or fresh.person_wanted or (fresh.last_customer or fresh.opened) > at:
            return False
        touch({fresh.contact_id: at})
        shut(fresh, at, "helped")
        return True


@patient
def rate(*, conversation: Conversation, stars: int, words: str = "", at: datetime) -> bool:
    """How they found it, 1 to 5 stars, once: a second time changes nothing and is False, as for what is spam. With
    words, and with two stars or fewer, it needs an answer again. Raises ValueError."""
    if not 1 <= stars <= 5:
        raise ValueError(stars)
    with transaction.atomic():
        fresh = fresh_and_held(conversation)
        if fresh.rated or fresh.spam:
            return False
        touch({fresh.contact_id: at})
        again = {"last_customer": at, **AGAIN, **still_in_hand(fresh)} if stars <= LOW or words else {}
        stand(fresh, State.NEEDS_ANSWER if again else fresh.state, rating=stars, rated=at, **again)
        derive_about(fresh, "Conversation Rated", at, stars=stars, words=words[:500])
        if words:
            say(contact=fresh.contact, text=words, channel="site", at=at, recorded_for=fresh.recorded_for_id)
        return True
