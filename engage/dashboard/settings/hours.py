"""When the shop works, on which days it does not, and the switch that closes it until a day."""

from datetime import date, datetime

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.business import actions
from crm.business.hours import week_of
from crm.business.models import Holiday
from crm.business.queries import fresh_business, has_teams
from crm.dialogue.expecting import when_answered
from engage.dashboard.settings.hours_forms import ClosedForm, HolidayForm, TargetsForm, WeekForm
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

MOST = 200


@require_http_methods(["GET", "POST"])
@role("owner")
def settings_hours(request: StaffRequest) -> HttpResponse:
    form = WeekForm(request.POST or None, instance=fresh_business())
    if request.method == "POST" and form.is_valid():
        actions.update_business(by=str(request.user), at=clock.now(), **form.cleaned_data)
        toast(request, _("Saved."))
        return redirect("settings_hours")
    return _page(request, week=form)


@require_POST
@role("owner")
def change_targets(request: StaffRequest) -> HttpResponse:
    """How long people may wait, and who hears when they wait longer: from the third agent on."""
    if not has_teams():
        raise Http404
    form = TargetsForm(request.POST, shop=fresh_business())
    if not form.is_valid():
        return _page(request, targets=form)
    actions.update_business(by=str(request.user), at=clock.now(), **form.cleaned_data)
    toast(request, _("Saved. What waits now is reckoned anew within a minute."))
    return redirect("settings_hours")


@require_POST
@role("owner")
def close_until(request: StaffRequest) -> HttpResponse:
    now = clock.now()
    form = ClosedForm(request.POST, today=_today(now))
    if not form.is_valid():
        return _page(request, closed=form)
    until, tells = form.cleaned_data["closed_until"], form.cleaned_data["closed_tells"]
    actions.close_shop(until=until, tells=tells, by=str(request.user), at=now)
    toast(request, _("Closed until %(day)s.") % {"day": date_format(until, "l, j F")})
    return redirect("settings_hours")


@require_POST
@role("owner")
def open_again(request: StaffRequest) -> HttpResponse:
    actions.open_shop(by=str(request.user), at=clock.now())
    toast(request, _("Open again, in your usual hours."))
    return redirect("settings_hours")


@require_POST
@role("owner")
def new_holiday(request: StaffRequest) -> HttpResponse:
    form = HolidayForm(request.POST)
    if not form.is_valid():
        return _page(request, holiday=form)
    if Holiday.objects.count() >= MOST:
        toast(request, _("There are as many as there can be. Remove one first."), wrong=True)
        return redirect("settings_hours")
    added = actions.add_holiday(**form.cleaned_data, by=str(request.user), at=clock.now())
    toast(request, _("Added: %(name)s.") % {"name": added.name})
    return redirect("settings_hours")


@require_POST
@role("owner")
def drop_holiday(request: StaffRequest, pk: int) -> HttpResponse:
    holiday = get_object_or_404(Holiday, pk=pk)
    actions.remove_holiday(holiday, by=str(request.user), at=clock.now())
    toast(request, _("Removed: %(name)s.") % {"name": holiday.name})
    return redirect("settings_hours")


def _page(
    request: StaffRequest,
    *,
    week: WeekForm | None = None,
    closed: ClosedForm | None = None,
    holiday: HolidayForm | None = None,
    targets: TargetsForm | None = None,
) -> HttpResponse:
    shop, now = fresh_business(), clock.now()
    today = _today(now)
    wrong = any(form is not None and form.errors for form in (week, closed, holiday, targets))
    context = {
        "form": week or WeekForm(instance=shop),
        "closed_form": closed or ClosedForm(today=today),
        "holiday_form": holiday or HolidayForm(),
        "targets_form": targets or (TargetsForm(shop=shop) if has_teams() else None),
        "closed_until": shop.closed_until if week_of(shop).is_closed(now) else None,
        "tells": shop.closed_tells,
        "said": when_answered(now).text,
        "holidays": _coming(today),
    }
    return render(request, "settings/hours.html", context, status=400 if wrong else 200)


def _coming(today: date) -> list[Holiday]:
    """Those that are to come, the next first; what has been and does not come back is left out."""
    known = [one for one in Holiday.objects.all() if one.yearly or one.day >= today]
    return sorted(known, key=lambda one: _next(one, today))


def _next(holiday: Holiday, today: date) -> tuple[int, int, int]:
    """A yearly one is of this year or the next; 29 February may be of no such year, and is sorted as it is written."""
    month, day = holiday.day.month, holiday.day.day
    if not holiday.yearly:
        return holiday.day.year, month, day
    return today.year + ((month, day) < (today.month, today.day)), month, day


def _today(now: datetime) -> date:
    return now.astimezone(week_of(fresh_business()).zone).date()
