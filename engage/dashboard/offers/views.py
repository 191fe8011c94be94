"""Offers: the list, a new one, and one with who was given it and who used it."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.offers import actions, queries
from campaigns.offers.actions import BadCodes, NameTaken
from campaigns.offers.models import Given, Offer
from crm.business.queries import business
from engage.dashboard.offers.forms import CODINGS, CodesForm, NewOfferForm, OfferForm
from engage.dashboard.offers.words import why_words, wrong_codes
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock
from engage.lib.local_time import zone_of

PAGE = 50
MOST_LISTED = 200
SHOWS: dict[str, dict[str, Any]] = {"used": {"used__isnull": False}, "unused": {"used": None}}


@require_GET
@role("owner", "marketer")
def offers(request: StaffRequest) -> HttpResponse:
    """The newest first. Two queries."""
    found, at = list(Offer.objects.order_by("-id")[:MOST_LISTED]), clock.now()
    codes = queries.codes_left(found)
    return render(request, "offers/offers.html", {"rows": [_row(one, codes.get(one.pk), at) for one in found]})


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def new_offer(request: StaffRequest) -> HttpResponse:
    form = NewOfferForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        kinds = {name: given[name] for name in ("coding", "shared", "listed")}
        try:
            made = actions.make(terms=form.terms(), by=str(request.user), at=clock.now(), **kinds)
        except NameTaken:
            form.add_error("name", _("Another offer is called so."))
        except BadCodes as refused:
            form.add_error("listed", wrong_codes(refused))
        else:
            toast(request, _("It can be given from now on: by a journey, as a prize, or on a person's page."))
            return redirect("offer_given", made.uid)
    return render(request, "offers/new_offer.html", {"form": form}, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def offer_given(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Who was given it and who used it; POST changes its terms. `?show=` used or unused, `?before=` goes on."""
    found = _found(uid)
    form = OfferForm(request.POST or None, initial=_initial(found))
    if form.is_valid():
        try:
            actions.change(offer=found, terms=form.terms())
        except NameTaken:
            form.add_error("name", _("Another offer is called so."))
        else:
            toast(request, _("Saved. What was given before stays as it was."))
            return redirect("offer_given", uid)
    return show(request, found, form=form, status=400 if form.is_bound else 200)


@require_POST
@role("owner", "marketer")
def more_codes(request: StaffRequest, uid: UUID) -> HttpResponse:
    found, form = _found(uid), CodesForm(request.POST)
    if form.is_valid():
        try:
            n = actions.add_codes(offer=found, listed=form.cleaned_data["listed"])
        except BadCodes as refused:
            form.add_error("listed", wrong_codes(refused))
        else:
            toast(request, ngettext("%(n)d new code.", "%(n)d new codes.", n) % {"n": n})
            return redirect("offer_given", uid)
    return show(request, found, codes=form, status=400)


@require_POST
@role("owner", "marketer")
def stop_offer(request: StaffRequest, uid: UUID) -> HttpResponse:
    """With undo; what was given stays good."""
    actions.stop(offer=_found(uid), at=clock.now())
    toast(request, _("It is given no more. What was given stays good."), undo=reverse("go_on_offer", args=[uid]))
    return redirect("offer_given", uid)


@require_POST
@role("owner", "marketer")
def go_on_offer(request: StaffRequest, uid: UUID) -> HttpResponse:
    actions.go_on(offer=_found(uid))
    toast(request, _("It can be given again."))
    return redirect("offer_given", uid)


def show(
    request: StaffRequest,
    found: Offer,
    *,
    form: OfferForm | None = None,
    codes: CodesForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Its page. Three queries, whatever was given."""
    at, listed = clock.now(), found.coding == Offer.Coding.LISTED
    rows = list(_given(found, request)[: PAGE + 1])
    context = {
        "offer": found,
        "row": _row(found, queries.codes_left([found]).get(found.pk), at),
        "coding": CODINGS[found.coding],
        "rows": [(one, why_words(one), one.is_late(at)) for one in rows[:PAGE]],
        "next": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "shows": [("", _("All")), ("unused", _("Not used")), ("used", _("Used"))],
        "show": show_only if (show_only := request.GET.get("show", "")) in SHOWS else "",
        "form": form or OfferForm(initial=_initial(found)),
        "codes": (codes or CodesForm()) if listed else None,
    }
    return render(request, "offers/offer.html", context, status=status)


def _given(found: Offer, request: StaffRequest) -> QuerySet[Given]:
    before = request.GET.get("before", "")
    only = SHOWS.get(request.GET.get("show", ""), {})
    if before.isascii() and before.isdigit() and len(before) < 19:
        only = {**only, "pk__lt": int(before)}
    return found.given.filter(**only).select_related("contact").order_by("-pk")


def _row(one: Offer, codes: int | None, at: Any) -> dict[str, Any]:
    """`left` is the smaller of what its number and its list of codes leave, None for any number."""
    left = min((n for n in (one.left, codes) if n is not None), default=None)
    state = "stopped" if one.stopped else "over" if one.is_over(at) else "sold_out" if left == 0 else "open"
    return {"offer": one, "left": left, "codes": codes, "state": state}


def _initial(found: Offer) -> dict[str, Any]:
    plain = {name: getattr(found, name) for name in ("name", "words", "lasts_days", "most")}
    closes = timezone.localtime(found.closes, zone_of(business().timezone)) if found.closes else None
    return {**plain, "closes": closes.replace(tzinfo=None) if closes else None}


def _found(uid: UUID) -> Offer:
    return get_object_or_404(Offer, uid=uid)
