from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from crm.business.hours import MIDNIGHT
from crm.business.models import Business, User

DAY = timedelta(days=1)
FURTHEST = timedelta(days=370)


class WeekForm(forms.ModelForm):
    """In which hours the shop works."""

    open_days = forms.TypedMultipleChoiceField(
        label=_("The days on which you work"),
        choices=[(number + 1, name) for number, name in WEEKDAYS.items()],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Business
        fields = ("open_days", "open_from", "open_until")
        labels = {"open_from": _("From"), "open_until": _("Until")}
        help_texts = {"open_until": _("00:00 is midnight.")}
        widgets = {
            "open_from": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "open_until": forms.TimeInput({"type": "time"}, format="%H:%M"),
        }

    def clean_open_until(self) -> time:
        begins, ends = self.cleaned_data.get("open_from"), self.cleaned_data["open_until"]
        if begins and ends <= begins and ends != MIDNIGHT:
            raise forms.ValidationError(_("Close after you open, on the same day."))
        return ends


class ClosedForm(forms.Form):
    """The day on which the shop is open again, after `today`."""

    closed_until = forms.DateField(label=_("Closed until"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    closed_tells = forms.BooleanField(
        label=_("Tell whoever writes by e-mail or text message, once"), required=False, initial=True
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean_closed_until(self) -> date:
        until = self.cleaned_data["closed_until"]
        if not self.today < until <= self.today + FURTHEST:
            raise forms.ValidationError(_("Choose a day from tomorrow on, within a year."))
        return until


class TargetsForm(forms.Form):
    """In hours of working time; empty where nothing counts."""

    answer_within = forms.DecimalField(
        label=_("Hours until an answer"), required=False, min_value=Decimal("0.25"), max_value=400, decimal_places=2
    )
    settle_within = forms.DecimalField(
        label=_("Hours until all is done"), required=False, min_value=Decimal("0.25"), max_value=2000, decimal_places=2
    )
    escalate_to = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name", "email"),
        label=_("Who hears of what is late"),
        to_field_name="uid",
        required=False,
        empty_label=_("The owner"),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, shop: Business) -> None:
        initial = {
            "answer_within": _hours(shop.answer_within),
            "settle_within": _hours(shop.settle_within),
            "escalate_to": shop.escalate_to.uid if shop.escalate_to else None,
        }
        super().__init__(data, initial=initial)

    def clean_answer_within(self) -> timedelta | None:
        return _span(self.cleaned_data["answer_within"])

    def clean_settle_within(self) -> timedelta | None:
        return _span(self.cleaned_data["settle_within"])


def _hours(span: timedelta | None) -> str:
    return f"{span.total_seconds() / 3600:g}" if span else ""


def _span(hours: Decimal | None) -> timedelta | None:
    return timedelta(hours=float(hours)) if hours else None


class HolidayForm(forms.Form):
    day = forms.DateField(label=_("Day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    name = forms.CharField(label=_("Name"), max_length=80)
    yearly = forms.BooleanField(label=_("every year"), required=False)

    def clean_day(self) -> date:
        """No day that nobody can have meant."""
        day = self.cleaned_data["day"]
        if not 2000 <= day.year <= 2200:
            raise forms.ValidationError(_("Choose a day of these years."))
        return day
