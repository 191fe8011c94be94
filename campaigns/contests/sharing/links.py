"""A link to pass on has a code of its own, which says nothing of anybody. What comes of it is known by the origin that
it leaves in forms: no cookie."""

import secrets
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from campaigns.contests.links import contest_path, entry_path
from campaigns.contests.models import Contest, Entry, Share
from campaigns.surveys import origins
from crm.contacts.actions import Owner

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without signs that are taken for one another."""
LENGTH = 10
PREFIX = f"{origins.PASSED}-"
TRIES = 3


def share_of(contest: Contest, entry: Entry | None, owner: Owner | None, *, at: datetime) -> Share:
    """The one there is, else a new one: of a person, or of the page for everybody. At most four queries."""
    found = _find(contest, entry, owner)
    for _try in range(TRIES):
        if found is not None:
            break
        made = Share(
            code="".join(secrets.choice(ALPHABET) for _ in range(LENGTH)),
            contest=contest,
            entry=entry,
            contact_id=owner.contact if owner else None,
            recorded_for_id=owner.recorded_for if owner else None,
            at=at,
        )
        Share.objects.bulk_create([made], ignore_conflicts=True)
        found = _find(contest, entry, owner)
    assert found is not None
    return found


def share_url(share: Share) -> str:
    return settings.PUBLIC_URL + reverse("pass_on", args=[share.code])


def find(code: str) -> Share | None:
    """With its contest. One query."""
    return Share.objects.select_related("contest__survey", "entry").filter(code=code).first()


def target_of(share: Share) -> str:
    """The path it leads to, with the origin that forms there carry on."""
    key = share.contest.survey.key
    shown = share.entry and share.entry.standing == Entry.Standing.SHOWN
    path = entry_path(key, share.entry) if share.entry and shown else contest_path(key)
    return f"{path}?{urlencode({origins.PARAMETER: PREFIX + share.code})}"


def carried(request: HttpRequest) -> str:
    """The origin that a page of a contest was opened with, or posted with; '' where there is none."""
    said = request.POST.get(origins.PARAMETER) or request.GET.get(origins.PARAMETER, "")
    return said if origins.is_name(said) else ""


def code_in(origin: str) -> str:
    """'' where it is no link that was passed on."""
    return origin.removeprefix(PREFIX) if origin.startswith(PREFIX) else ""


def _find(contest: Contest, entry: Entry | None, owner: Owner | None) -> Share | None:
    contact = owner.contact if owner else None
    return Share.objects.filter(contest=contest, entry=entry, contact=contact).order_by("id").first()
