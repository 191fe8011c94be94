"""Pairs that may be the same person, side by side; and the journal of those who were made one, each with Undo."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from crm.contacts.models import Contact, Identity, Merge, MergeProposal
from crm.preferences.models import Preference
from engage.dashboard.people.finding import Row, rows_of
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import cursor as cursors

SIZE = 20
BY_ITSELF = "the listening belt"
"""Whoever this merged was a visitor and is no decision of a colleague."""


@dataclass(frozen=True)
class Side:
    """One of a pair. `row` as the list of people shows them."""

    contact: Contact
    row: Row
    known_by: list[Identity]
    remembered: list[Preference]


@dataclass(frozen=True)
class Pair:
    proposal: MergeProposal
    sides: list[Side]


@require_GET
@role()
def duplicates(request: StaffRequest) -> HttpResponse:
    """A page of open pairs, the latest first. `?cursor=` goes on. Ten queries, however many pairs."""
    open_pairs = MergeProposal.objects.filter(state=MergeProposal.State.OPEN)
    page = cursors.page_by_time(open_pairs.select_related("first", "second"), request.GET.get("cursor", ""), size=SIZE)
    merges = Merge.objects.exclude(by=BY_ITSELF).select_related("survivor", "absorbed").order_by("-at", "-id")
    context = {"pairs": _pairs(page.rows), "next": page.next, "merges": merges[:SIZE]}
    return render(request, "person/duplicates.html", context)


def _pairs(proposals: list[MergeProposal]) -> list[Pair]:
    keys = {key for proposal in proposals for key in (proposal.first_id, proposal.second_id)}
    active = Preference.objects.filter(state=Preference.State.ACTIVE).select_related("key")
    known = Identity.objects.exclude(kind=Identity.Kind.ANONYMOUS).order_by("kind", "id")
    found: list[Contact] = [
        *Contact.objects.filter(pk__in=keys)
        .select_related("company")
        .prefetch_related(
            Prefetch("identities", known, to_attr="known_by"), Prefetch("preferences", active, to_attr="remembered")
        )
    ]
    sides = {row.contact.pk: _side(row) for row in rows_of(found)}
    return [Pair(each, [sides[each.first_id], sides[each.second_id]]) for each in proposals]


def _side(row: Row) -> Side:
    contact = row.contact
    return Side(contact, row, getattr(contact, "known_by", []), getattr(contact, "remembered", []))
