"""Two people who may be the same: what was decided."""

from datetime import datetime

from django.db import transaction

from crm.contacts.actions.merge import merge
from crm.contacts.models import Contact, Merge, MergeProposal

State = MergeProposal.State


def accept_proposal(*, proposal: MergeProposal, survivor: Contact, by: str, at: datetime) -> Merge:
    """They are one: the other becomes a part of `survivor`. Raises CannotMerge."""
    absorbed = proposal.second if proposal.first_id == survivor.pk else proposal.first
    with transaction.atomic():
        done = merge(survivor=survivor, absorbed=absorbed, by=by, at=at)
        decide(proposal.pk, State.MERGED, by)
        return done


def dismiss_proposal(*, proposal: MergeProposal, by: str, at: datetime) -> None:
    """They are two; the pair is not proposed again."""
    decide(proposal.pk, State.DISMISSED, by)


def reopen_proposal(*, first: int, second: int) -> None:
    """After a merge was undone: decide again."""
    pair = {"first": min(first, second), "second": max(first, second)}
    MergeProposal.objects.filter(**pair, state=State.MERGED).update(state=State.OPEN, decided_by="")


def decide(proposal: int, state: str, by: str) -> None:
    MergeProposal.objects.filter(pk=proposal, state=State.OPEN).update(state=state, decided_by=by)
