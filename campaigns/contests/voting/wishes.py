"""What somebody wants of a contest who has yet to prove an address: a vote, or to be asked about pairs."""

from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.contests.models import Contest, Entry
from campaigns.contests.stages import may_be_voted_on
from campaigns.contests.voting import votes
from campaigns.proving.wishes import Said, Wish, register
from campaigns.surveys.origins import PARAMETER
from crm.contacts.actions import Owner

VOTE, PAIRS = "contest-vote", "contest-pairs"


def _entry(said: Said) -> Entry | None:
    found = Entry.objects.select_related("contest__survey").filter(uid=said["entry"]).first() if said else None
    return found if found and found.standing == Entry.Standing.SHOWN else None


def _contest(said: Said) -> Contest | None:
    return Contest.objects.select_related("survey").filter(uid=said["contest"]).first() if said else None


def _what_they_vote_for(said: Said) -> str:
    found = _entry(said)
    if found is None:
        return ""
    what = {"what": found.caption or _("a photo"), "contest": found.contest.survey.title}
    return _("A vote for “%(what)s” in: %(contest)s") % what


def _what_they_compare(said: Said) -> str:
    found = _contest(said)
    return _("To say which of two photos is better, in: %(contest)s") % {"contest": found.survey.title} if found else ""


def _vote(said: Said, owner: Owner, at: datetime) -> str:
    found = _entry(said)
    if found is None:
        entry = Entry.objects.select_related("contest__survey").filter(uid=said["entry"]).first()
        return reverse("public_contest", args=[entry.contest.survey.key]) if entry else "/"
    made = votes.give(entry=found, owner=owner, network=said["network"], at=at, origin=said.get("origin", ""))
    key = found.contest.survey.key
    return reverse("public_entry", args=[key, found.uid]) if made else reverse("contest_vote", args=[key])


def _compare(said: Said, owner: Owner, at: datetime) -> str:
    found = _contest(said)
    if found is None:
        return "/"
    key = found.survey.key
    page = reverse("contest_pairs" if may_be_voted_on(found, at) else "public_contest", args=[key])
    origin = said.get("origin", "")  # counted with the first pair that they answer
    return f"{page}?{urlencode({PARAMETER: origin})}" if origin else page


register(VOTE, Wish(_what_they_vote_for, lambda: _("Yes, count my vote"), _vote))
register(PAIRS, Wish(_what_they_compare, lambda: _("Yes, show me the photos"), _compare))
