"""Who passes a contest on by a link of their own: whoever entered or voted."""

from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest

from campaigns.contests.models import Comparison, Contest, Entry, Vote
from campaigns.proving.links import Voter, voter


def sharer(request: HttpRequest, contest: Contest, entry: Entry | None, *, own: bool, at: datetime) -> Voter | None:
    """Whoever is there, if they took part; the author of an entry by its own link (`own`), which may have been handed
    on, so that it shows nothing of what came. At most five queries, none where nobody is known."""
    there = voter(request, at)
    if there and _took_part(contest, there.contact.pk):
        return there
    return Voter(entry.contact, entry.recorded_for_id) if entry and own else None


def _took_part(contest: Contest, contact: int) -> bool:
    theirs = Q(contest=contest, contact=contact)
    return any(model.objects.filter(theirs).exists() for model in (Entry, Vote, Comparison))
