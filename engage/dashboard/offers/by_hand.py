"""A colleague gives one person something, and who was given an offer as a file."""

import csv
import io
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.offers import actions, queries
from campaigns.offers.actions import Ended, Nobody, SoldOut
from campaigns.offers.models import Given, Offer
from crm.contacts.actions import Owner
from crm.contacts.models import Contact
from engage.dashboard.offers.forms import GiveForm
from engage.dashboard.offers.words import why_words
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock, ids
from engage.lib.spreadsheets import safe

SLICE = 1000
COLUMNS = ("person", "person_id", "why", "code", "given", "good_until", "used", "used_by")


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def give_to_person(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Once for each form that is shown, however often it is sent."""
    contact = get_object_or_404(Contact, uid=uid, erased=None, merged_into=None)
    form = GiveForm(request.POST or None, initial={"press": ids.uuid7()})
    if form.is_valid():
        try:
            made = actions.give(
                offer=get_object_or_404(Offer, key=form.cleaned_data["offer"]),
                owner=Owner(contact.pk, contact.pk),
                cause=f"hand:{form.cleaned_data['press']}",
                reason=form.cleaned_data["reason"],
                by=str(request.user),
                at=clock.now(),
            )
        except SoldOut:
            form.add_error("offer", _("As many as there are were given."))
        except (Ended, Nobody):
            form.add_error("offer", _("It is given no more."))
        else:
            toast(request, _("Given. Nobody was written to: hand them the code, or the link to their page."))
            return redirect("given", made.uid)
    context = {"form": form, "contact": contact, "any": bool(queries.choices())}
    return render(request, "offers/give.html", context, status=400 if form.is_bound else 200)


@require_GET
@role("owner", "marketer")
def given_file(request: StaffRequest, uid: UUID) -> StreamingHttpResponse:
    """Who was given it, as CSV, the oldest first; read in slices."""
    offer = get_object_or_404(Offer, uid=uid)
    name = f"{offer.key}-{clock.now():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        _lines(offer),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _lines(offer: Offer) -> Iterator[str]:
    yield _csv([COLUMNS])
    after = 0
    while part := list(offer.given.filter(pk__gt=after).select_related("contact").order_by("pk")[:SLICE]):
        yield _csv(_cells(one, offer) for one in part)
        after = part[-1].pk


def _cells(one: Given, offer: Offer) -> list[str]:
    times = (one.at, one.good_until, one.used)
    given, until, used = (moment.isoformat() if moment else "" for moment in times)
    code = one.code or offer.shared
    return [str(one.contact), str(one.contact.uid), why_words(one), code, given, until, used, one.used_by]


def _csv(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()
