"""Conversations are given to colleagues in turn: to who is there, speaks the language and knows what it is about.

The desks are locked in one order, after the contacts, so that of two who give at once the second sees what the first
gave: no two get the same turn, and nobody is passed over.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from crm.business.models import User
from crm.business.queries import business, has_teams, working_week
from crm.contacts.actions import hold
from crm.dialogue.actions.conversation import TELL_AFTER, stand
from crm.dialogue.actions.standing import fresh_and_held
from crm.dialogue.choosing import Candidate, choose
from crm.dialogue.models import Conversation, Desk, Handout, Team
from engage.lib import sql
from engage.lib.patience import patient

State = Conversation.State
AT_ONCE = 50


@patient
def hand_to_next(*, conversation: Conversation, by: User | None, at: datetime) -> User | None:
    """Into the hands of whose turn it is, of its team if it has one. None where nobody is there: it stays."""
    with transaction.atomic():
        fresh = fresh_and_held(conversation)
        return _give([fresh], at).get(fresh.pk)


@patient
def assign_team(*, conversation: Conversation, team: Team | None, by: User, at: datetime) -> None:
    """A team has it in hand; of its members, none yet. With None, no team."""
    with transaction.atomic():
        fresh = fresh_and_held(conversation)
        stays = team is None or (fresh.assignee and team.members.filter(pk=fresh.assignee.pk).exists())
        stand(fresh, fresh.state, team=team, assignee=fresh.assignee if stays else None)


def hand_out(*, at: datetime) -> int:
    """Give what waits to be given, if the owner wishes. What nobody is there for stays nobody's. One of several workers
    at a time has a conversation; whose person is in other hands at this moment waits. Returns how many it is done
    with."""
    with transaction.atomic():
        queue = Handout.objects.select_for_update(skip_locked=True).order_by("pk")
        claimed = list(queue.values_list("pk", flat=True)[:AT_ONCE])
        if not claimed:
            return 0
        wanted = Conversation.objects.filter(pk__in=claimed)
        held = hold(contacts=list(wanted.values_list("contact", flat=True)), skip_locked=True).contacts
        waiting = wanted.filter(contact__in=held, state=State.NEEDS_ANSWER, assignee=None)
        if business().hands_out and has_teams():
            _give(list(waiting.select_related("contact", "team").order_by("since", "pk")), at)
        busy = wanted.exclude(contact__in=held).values("pk")
        return Handout.objects.filter(pk__in=claimed).exclude(pk__in=busy).delete()[0]


def _give(conversations: Collection[Conversation], at: datetime) -> dict[int, User]:
    """Who got which. The contacts must be held. Five queries, and three for each that is given."""
    today = at.astimezone(working_week().zone).date()
    sql.run(_DESKS)
    desks = list(Desk.objects.select_for_update(of=["self"]).select_related("colleague").order_by("colleague"))
    there = [one for one in desks if one.colleague.is_active and one.takes_turns and not one.is_away(today)]
    pool = {one.colleague_id: _candidate(one) for one in there}
    users = {desk.colleague_id: desk.colleague for desk in there}
    last = max((desk.turn for desk in desks), default=0)
    given = {}
    for one in conversations:
        members = set(one.team.members.values_list("pk", flat=True)) if one.team else pool.keys()
        fits = [candidate for key, candidate in pool.items() if key in members]
        if not (chosen := choose(fits, language=_language(one), about=_about(one))):
            continue
        last += 1
        pool[chosen.colleague] = replace(chosen, turn=last)
        Desk.objects.filter(colleague=chosen.colleague).update(turn=last)
        stand(one, one.state, assignee=users[chosen.colleague])
        sql.run(_TELL, [at + TELL_AFTER, one.pk, chosen.colleague])
        given[one.pk] = users[chosen.colleague]
    return given


def _candidate(desk: Desk) -> Candidate:
    return Candidate(desk.colleague_id, desk.turn, frozenset(desk.languages), frozenset(desk.skills))


def _language(conversation: Conversation) -> str:
    return (conversation.contact.language or business().language).split("-")[0]


def _about(conversation: Conversation) -> frozenset[str]:
    """Its tags, and what they said it is about. One query."""
    tags = conversation.tagged.values_list("tag__name", flat=True)
    return frozenset(word.lower() for word in (*tags, conversation.subject))


_DESKS = """
    INSERT INTO crm_dialogue_desk (colleague_id, takes_turns)
    SELECT id, role = 'agent' FROM crm_business_user WHERE is_active
    ON CONFLICT DO NOTHING
"""
"""Whoever has no desk yet gets one; agents take their turn unless the owner says otherwise."""
_TELL = """
    INSERT INTO crm_dialogue_notice (message_id, colleague_id, due)
    SELECT said.id, wish.colleague_id, %s
    FROM crm_dialogue_noticewish AS wish, LATERAL (
        SELECT id FROM crm_dialogue_message WHERE conversation_id = %s AND direction = 'in' ORDER BY id DESC LIMIT 1
    ) AS said
    WHERE wish.colleague_id = %s
"""
