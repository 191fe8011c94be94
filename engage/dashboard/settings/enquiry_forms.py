from datetime import time

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from crm.business.models import Business, User

LONGEST = 120


class WhoForm(forms.ModelForm):
    """Who talks with people who may be leaving, and in which hours the shop works."""

    leaving_colleague = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name", "email"),
        label=_("Who talks with them"),
        to_field_name="uid",
        required=False,
        empty_label=_("The owner"),
    )
    open_days = forms.TypedMultipleChoiceField(
        label=_("The days on which you work"),
        choices=[(number + 1, name) for number, name in WEEKDAYS.items()],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Business
        fields = ("leaving_colleague", "open_days", "open_from", "open_until")
        labels = {"open_from": _("From"), "open_until": _("Until")}
        widgets = {
            "open_from": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "open_until": forms.TimeInput({"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.leaving_colleague:
            self.initial["leaving_colleague"] = self.instance.leaving_colleague.uid

    def clean_open_until(self) -> time:
        begins, ends = self.cleaned_data.get("open_from"), self.cleaned_data["open_until"]
        if begins and ends <= begins:
            raise forms.ValidationError(_("Close after you open, on the same day."))
        return ends


class SubjectForm(forms.Form):
    label = forms.CharField(max_length=LONGEST)
    leaving = forms.BooleanField(required=False)


class TagForm(forms.Form):
    """A tag never has a comma: lists of tags are written with them."""

    tag = forms.RegexField(r"^[^,]+$", max_length=LONGEST, strip=True)
