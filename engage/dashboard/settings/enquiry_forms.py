from django import forms
from django.utils.translation import gettext_lazy as _

from crm.business.models import Business, User

LONGEST = 120


class WhoForm(forms.ModelForm):
    """Who talks with people who may be leaving."""

    leaving_colleague = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name", "email"),
        label=_("Who talks with them"),
        to_field_name="uid",
        required=False,
        empty_label=_("The owner"),
    )

    class Meta:
        model = Business
        fields = ("leaving_colleague",)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.leaving_colleague:
            self.initial["leaving_colleague"] = self.instance.leaving_colleague.uid


class SubjectForm(forms.Form):
    label = forms.CharField(max_length=LONGEST)
    leaving = forms.BooleanField(required=False)


class TagForm(forms.Form):
    """A tag never has a comma: lists of tags are written with them."""

    tag = forms.RegexField(r"^[^,]+$", max_length=LONGEST, strip=True)
