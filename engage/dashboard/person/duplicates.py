"""Pairs that may be the same person, side by side; and the journal of those who were made one, each with Undo."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crm.contacts.actions import by_rule
from crm.contacts.models import Contact, Identity, Merge, MergeProposal, MergeRule
from crm.contacts.twins import RULES
from crm.preferences.models import Preference
from crm.preferences.queries import visible_to
from engage.dashboard.people.finding import Row, rows_of
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock
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


@dataclass(frozen=True)
class RuleRow:
    """A rule by which pairs may merge, since when if it is on, and how many pairs it would merge today."""

    key: str
    label: str | Promise
    on: MergeRule | None
    pairs: int


@require_GET
@role()
def duplicates(request: StaffRequest) -> HttpResponse:
    """A page of open pairs, the latest first. `?cursor=` goes on. Ten queries, however many pairs; for owners, one more
    for each rule."""
    open_pairs = MergeProposal.objects.filter(
        state=MergeProposal.State.OPEN, first__merged_into=None, second__merged_into=None
    )
    page = cursors.page_by_time(open_pairs.select_related("first", "second"), request.GET.get("cursor", ""), size=SIZE)
    rules = _rules() if request.user.is_owner else []
    context = {"pairs": _pairs(page.rows, str(request.user.role)), "next": page.next, "rules": rules}
    return render(request, "person/duplicates.html", context)


@require_GET
@role()
def merges(request: StaffRequest) -> HttpResponse:
    """The journal of those who were made one. `?cursor=` goes on. One query."""
    made = Merge.objects.exclude(by=BY_ITSELF).select_related("survivor", "absorbed")
    page = cursors.page_by_time(made, request.GET.get("cursor", ""), size=SIZE)
    return render(request, "person/merges.html", {"merges": page.rows, "next": page.next})


@require_POST
@role("owner")
def merge_rule(request: StaffRequest, rule: str) -> HttpResponse:
    """Let pairs of this kind merge by themselves every night, or, with `off`, no longer."""
    if rule not in RULES:
        raise Http404
    if request.POST.get("off"):
        by_rule.turn_off(rule)
        toast(request, _("Off. Who was made one by it stays so, each with Undo."))
    else:
        by_rule.turn_on(rule, by=str(request.user), at=clock.now())
        toast(request, _("On from tonight. Each merge stands under Made one, with Undo."))
    return redirect("duplicates")


def _rules() -> list[RuleRow]:
    on = {row.rule: row for row in MergeRule.objects.all()}
    return [RuleRow(key, rule.label, on.get(key), by_rule.would_merge(key)) for key, rule in RULES.items()]


def _pairs(proposals: list[MergeProposal], role: str) -> list[Pair]:
    keys = {key for proposal in proposals for key in (proposal.first_id, proposal.second_id)}
    active = Preference.objects.filter(visible_to(role), state=Preference.State.ACTIVE).select_related("key")
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
