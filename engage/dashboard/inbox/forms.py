from django import forms
from django.utils.translation import gettext_lazy as _

from crm.business.models import User
from crm.preferences.actions import LONGEST_VALUE
from engage.dashboard.inbox.later import CHOICES
from engage.dashboard.person.keys import key_named
from engage.lib import ids

LONGEST = 20_000


class AnswerForm(forms.Form):
    """`seen` is the last message its writer has read; `once` names the answer, so that it leaves once."""

    text = forms.CharField(
        label=_("Your answer"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Write an answer first.")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    once = forms.UUIDField(widget=forms.HiddenInput, initial=ids.uuid7)


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("A note to colleagues"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": _("Write a note first.")},
    )


class LaterForm(forms.Form):
    until = forms.ChoiceField(choices=[(key, label) for key, (label, _day) in CHOICES.items()])


class AssignForm(forms.Form):
    to = forms.ModelChoiceField(
        User.objects.filter(is_active=True), required=False, to_field_name="uid", label=_("In whose hands")
    )


class KeepForm(forms.Form):
    """What somebody's words tell us, kept under a key. A key that is new is made."""

    key = forms.CharField(
        label=_("What is it about?"), max_length=60, help_text=_("Such as milk, roast or delivery day")
    )
    value = forms.CharField(label=_("What should we remember?"), max_length=LONGEST_VALUE)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].widget.attrs["list"] = "known-keys"

    def clean_key(self) -> str:
        return key_named(self.cleaned_data["key"])
