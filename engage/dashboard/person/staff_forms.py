from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.business import queries as business_queries
from crm.business.models import User
from crm.dialogue.models import Task

LONGEST = 5_000


class ShopTime(forms.CharField):
    """A day and an hour as the shop's clock shows them, as the browser's own field sends them."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"})

    def clean(self, value: str) -> datetime:
        text = super().clean(value)
        try:
            at = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(business_queries.business().timezone))
            at.timestamp()
        except (ValueError, OverflowError):
            raise forms.ValidationError(str(_("Give a day and an hour."))) from None
        if not 2000 <= at.year <= 2100:
            raise forms.ValidationError(str(_("Give a day of our time.")))
        return at


class PersonNoteForm(forms.Form):
    text = forms.CharField(
        label=_("A note to colleagues"), max_length=LONGEST, widget=forms.Textarea({"rows": 4, "autofocus": True})
    )


class TaskForm(forms.Form):
    kind = forms.ChoiceField(label=_("What kind"), choices=Task.Kind.choices, widget=forms.RadioSelect, initial="call")
    text = forms.CharField(label=_("What is to do"), max_length=500)
    due = ShopTime(label=_("Until when"))
    assignee = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name", "email"),
        to_field_name="uid",
        required=False,
        label=_("In whose hands"),
        empty_label=_("Whoever comes first"),
    )


class FinishForm(forms.Form):
    result = forms.CharField(
        label=_("What came of it"), max_length=LONGEST, widget=forms.Textarea({"rows": 3, "autofocus": True})
    )
