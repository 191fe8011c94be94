"""The switches on a person's page: pause, do-not-write, permission, duplicates."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.contacts import actions
from crm.contacts.actions import CannotMerge
from crm.contacts.actions.proposals import accept_proposal, dismiss_proposal, reopen_proposal
from crm.contacts.models import Contact, Identity, Merge, MergeProposal, Suppression
from engage.dashboard.person.forms import PauseForm, PermissionForm
from engage.dashboard.person.views import contact_or_404, show_person
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@require_POST
@role()
def pause_person(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Nobody of ours speaks first until then; without an end, until somebody lifts it."""
    contact, form = contact_or_404(uid), PauseForm(request.POST)
    if form.is_valid():
        days, now = form.cleaned_data["days"], clock.now()
        until = now + timedelta(days=days) if days else None
        actions.pause(contact=contact, until=until, by=str(request.user), at=now)
        toast(request, _("Paused."), undo=reverse("unpause_person", args=[uid]))
    return redirect("person", uid)


@require_POST
@role()
def unpause_person(request: StaffRequest, uid: UUID) -> HttpResponse:
    actions.lift_pause(contact=contact_or_404(uid), by=str(request.user), at=clock.now())
    toast(request, _("Not paused any more."))
    return redirect("person", uid)


@require_POST
@role()
def suppress_person(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Put all their e-mail addresses on the do-not-write list."""
    contact = contact_or_404(uid)
    for address in _addresses(contact):
        actions.suppress(address=address, reason=Suppression.Reason.STAFF, by=str(request.user), at=clock.now())
    toast(request, _("On the do-not-write list."), undo=reverse("unsuppress_person", args=[uid]))
    return redirect("person", uid)


@require_POST
@role("owner", "marketer")
def unsuppress_person(request: StaffRequest, uid: UUID) -> HttpResponse:
    for address in _addresses(contact_or_404(uid)):
        actions.lift_suppression(address=address)
    toast(request, _("Off the do-not-write list."))
    return redirect("person", uid)


@require_POST
@role()
def permit_person(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Write down what somebody said about permission, with the words as evidence."""
    contact, form = contact_or_404(uid), PermissionForm(request.POST)
    if not form.is_valid():
        return show_person(request, contact, permission=form, status=400)
    said = form.cleaned_data
    actions.record_consent(
        contact=contact,
        topic=said["topic"],
        channel=said["channel"],
        state=said["state"],
        how="staff",
        words=said["words"],
        source=_("heard by a colleague"),
        by=str(request.user),
        at=clock.now(),
    )
    toast(request, _("Written down."))
    return redirect("person", uid)


@require_POST
@role()
def merge_people(request: StaffRequest, uid: UUID, proposal: UUID) -> HttpResponse:
    """The other of the pair becomes a part of this person."""
    contact = contact_or_404(uid)
    try:
        merge = accept_proposal(
            proposal=_proposal(contact, proposal), survivor=contact, by=str(request.user), at=clock.now()
        )
    except CannotMerge:
        toast(request, _("They are one person already."), wrong=True)
    else:
        toast(request, _("They are one person now."), undo=reverse("unmerge_people", args=[uid, merge.uid]))
    return _back(request, uid)


@require_POST
@role()
def unmerge_people(request: StaffRequest, uid: UUID, merge: UUID) -> HttpResponse:
    """Two people again: each gets back what is recorded for them."""
    found = get_object_or_404(Merge, uid=merge, survivor=contact_or_404(uid))
    actions.undo_merge(found, by=str(request.user), at=clock.now())
    reopen_proposal(first=found.survivor_id, second=found.absorbed_id)
    toast(request, _("They are two people again."))
    return _back(request, uid)


@require_POST
@role()
def dismiss_pair(request: StaffRequest, uid: UUID, proposal: UUID) -> HttpResponse:
    pair = _proposal(contact_or_404(uid), proposal)
    dismiss_proposal(proposal=pair, by=str(request.user), at=clock.now())
    toast(request, _("Kept as two people."))
    return _back(request, uid)


def _back(request: StaffRequest, uid: UUID) -> HttpResponse:
    """To where the button stood: the page of pairs, or the person."""
    came_from = request.POST.get("from")
    return redirect(came_from) if came_from in ("duplicates", "merges") else redirect("person", uid)


def _proposal(contact: Contact, uid: UUID) -> MergeProposal:
    pairs = MergeProposal.objects.select_related("first", "second")
    mine = pairs.filter(first=contact) | pairs.filter(second=contact)
    return get_object_or_404(mine, uid=uid)


def _addresses(contact: Contact) -> list[str]:
    return list(contact.identities.filter(kind=Identity.Kind.EMAIL).values_list("value", flat=True))
