"""What somebody wants of the board who has yet to prove an address."""

from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.board import actions, queries
from campaigns.board.models import Suggestion
from campaigns.proving.wishes import Said, Wish, register
from crm.contacts.actions import Owner

SUGGEST, VOTE = "suggestion", "vote"


def _suggestion(said: Said) -> Suggestion | None:
    found = queries.find(UUID(said["suggestion"]))
    return found if found and found.standing == Suggestion.Standing.SHOWN else None


def _what_they_suggest(said: Said) -> str:
    return "\n\n".join(filter(None, (said.get("title", ""), said.get("text", ""))))


def _what_they_vote_for(said: Said) -> str:
    found = _suggestion(said) if said else None
    return _("A vote for: %(what)s") % {"what": found.title} if found else ""


def _carry_out_suggestion(said: Said, owner: Owner, at: datetime) -> str:
    made = actions.suggest(
        title=said["title"],
        text=said["text"],
        owner=owner,
        tell=bool(said["tell"]),
        shown_as=said["shown_as"],
        at=at,
    )
    is_shown = made.standing == Suggestion.Standing.SHOWN
    return reverse("public_suggestion", args=[made.uid]) if is_shown else f"{reverse('public_board')}?done=waits"


def _carry_out_vote(said: Said, owner: Owner, at: datetime) -> str:
    found = _suggestion(said)
    if found is None:
        return f"{reverse('public_board')}?done=gone"
    actions.vote(suggestion=found, owner=owner, tell=bool(said["tell"]), at=at)
    return reverse("public_suggestion", args=[found.uid])


register(SUGGEST, Wish(_what_they_suggest, lambda: _("Yes, this is my suggestion"), _carry_out_suggestion))
register(VOTE, Wish(_what_they_vote_for, lambda: _("Yes, count my vote"), _carry_out_vote))
