"""Colleagues who switched notifications on hear that somebody's words need an answer: once, when it begins.

At most once: what a crash swallows stands in the inbox all the same.
"""

from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.channels.webpush.staff import push_to_staff
from crm.business.models import User
from crm.business.queries import business
from crm.dialogue.actions import hand_out
from crm.dialogue.models import Conversation
from engage.dashboard.inbox import views
from engage.lib import belts, clock, sql
from engage.lib.spoken import to_staff

FRESH = timedelta(hours=1)
CHUNK = 20


def run() -> int:
    """Give what is new to whose turn it is, and tell of it, for ten seconds at most. Returns the number of
    conversations that were told of."""
    belts.drain(lambda: hand_out(at=clock.now()))
    return belts.drain(step)


def step() -> int:
    claimed = [pk for (pk,) in sql.rows(_CLAIM, [CHUNK])]
    found = Conversation.objects.filter(pk__in=claimed, state=Conversation.State.NEEDS_ANSWER)
    for conversation in found.filter(last_customer__gt=clock.now() - FRESH).select_related("contact"):
        tell(conversation)
    return len(claimed)


def tell(conversation: Conversation) -> int:
    """How many browsers it went to. No more than a first name leaves the house."""
    shop = business()
    with to_staff():
        name = conversation.contact.first_name or _("Somebody")
        return push_to_staff(
            list(who_may_see(conversation)),
            title=shop.name or "Engage",
            text=_("%(name)s wrote to you, and waits for an answer.") % {"name": name},
            path=reverse("conversation", args=[conversation.uid]),
            tag=str(conversation.uid),
        )


def who_may_see(conversation: Conversation) -> QuerySet[User]:
    """Whoever has it in hand; where nobody has, all to whom the inbox is open."""
    open_to = User.objects.filter(is_active=True, role__in=views.conversation.roles)
    return open_to.filter(pk=conversation.assignee_id) if conversation.assignee_id else open_to


_CLAIM = """
    DELETE FROM crm_dialogue_callout WHERE conversation IN (
        SELECT conversation FROM crm_dialogue_callout ORDER BY conversation LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING conversation
"""
