"""A colleague leaves: what they have in hand goes to somebody, to a team or to nobody, in one step that can be undone.

What they wrote, their tags and what is done keep their name.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from crm.business.actions import close_account, open_account
from crm.business.models import User
from crm.contacts.actions import hold
from crm.dialogue.models import AnswerDraft, Conversation, Handover, Task, Team
from crm.dialogue.streams import STREAM
from engage.lib import live, sql
from engage.lib.patience import patient

State = Conversation.State


class Gone(ValueError):
    """They cannot take anything: they are the colleague who leaves, or cannot sign in."""


@dataclass(frozen=True)
class InHand:
    """What a colleague has in hand: open conversations by their list, tasks, and answers that were begun."""

    conversations: dict[str, int]
    tasks: int
    drafts: int

    @property
    def open(self) -> int:
        return sum(self.conversations.values())


def in_hand(colleague: User) -> InHand:
    """Three queries."""
    talks = Conversation.objects.filter(assignee=colleague).exclude(state=State.DONE)
    by_list = dict(talks.values_list("state").annotate(n=Count("pk")).order_by())
    drafts = AnswerDraft.objects.filter(colleague=colleague).exclude(conversation__state=State.DONE)
    return InHand(by_list, Task.objects.filter(assignee=colleague, done=None).count(), drafts.count())


@patient
def hand_over(*, colleague: User, to: User | None, team: Team | None, by: str, at: datetime) -> Handover:
    """They cannot sign in any more, and `to`, one of `team`, or nobody has what they had. Raises LastOwner, Gone. The
    people concerned are held; as many statements for any number."""
    if to and (to.pk == colleague.pk or not to.is_active):
        raise Gone
    with transaction.atomic():
        theirs = Conversation.objects.filter(assignee=colleague).exclude(state=State.DONE)
        hold(contacts=list(theirs.values_list("contact", flat=True)))
        found = list(theirs.order_by("pk").values_list("pk", "team"))
        tasks = list(Task.objects.filter(assignee=colleague, done=None).order_by("pk").values_list("pk", flat=True))
        close_account(colleague, by=by, at=at)
        Conversation.objects.filter(pk__in=[key for key, _team in found]).update(
            assignee=to, **({"team": team} if team else {})
        )
        Task.objects.filter(pk__in=tasks).update(assignee=to)
        live.publish(STREAM, {})
        return Handover.objects.create(
            colleague=colleague,
            to=to,
            team=team,
            conversations=[key for key, _team in found],
            teams=[before for _key, before in found],
            tasks=tasks,
            at=at,
            by=by[:120],
        )


@patient
def undo_handover(*, handover: Handover, by: str, at: datetime) -> bool:
    """They can sign in again, and have what nobody else has taken in hand since. False where it was undone before."""
    with transaction.atomic():
        theirs = Conversation.objects.filter(pk__in=handover.conversations)
        hold(contacts=list(theirs.values_list("contact", flat=True)))
        if not Handover.objects.filter(pk=handover.pk, undone=None).update(undone=at):
            return False
        open_account(handover.colleague, by=by, at=at)
        sql.run(
            _BACK, [handover.colleague_id, handover.team_id, handover.conversations, handover.teams, handover.to_id]
        )
        Task.objects.filter(pk__in=handover.tasks, done=None, assignee=handover.to).update(assignee=handover.colleague)
        live.publish(STREAM, {})
        return True


_BACK = """
    UPDATE crm_dialogue_conversation AS c SET assignee_id = %s,
        team_id = CASE WHEN c.team_id IS NOT DISTINCT FROM %s THEN t.id ELSE c.team_id END
    FROM unnest(%s::bigint[], %s::bigint[]) AS h(conversation, team)
    LEFT JOIN crm_dialogue_team AS t ON t.id = h.team
    WHERE c.id = h.conversation AND c.state <> 'done' AND c.assignee_id IS NOT DISTINCT FROM %s
"""
"""A team that is gone is none."""
