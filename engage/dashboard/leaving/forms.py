from django import forms
from django.utils.translation import gettext_lazy as _

from crm.leaving.models import Case

LONGEST = 2_000


class ResultForm(forms.Form):
    """What came of it: the button that is pressed says which. `again` where it was said before and is corrected."""

    outcome = forms.ChoiceField(choices=Case.Outcome.choices, error_messages={"required": _("Say what came of it.")})
    why = forms.CharField(label=_("Why?"), max_length=LONGEST, required=False, widget=forms.Textarea({"rows": 2}))
    again = forms.BooleanField(required=False, widget=forms.HiddenInput)


class HeardForm(forms.Form):
    """What shows a colleague that somebody may be leaving."""

    words = forms.CharField(
        label=_("What did they say?"),
        max_length=LONGEST,
        required=False,
        help_text=_("In their words, or in yours. It may stay empty."),
        widget=forms.Textarea({"rows": 3, "autofocus": True}),
    )
