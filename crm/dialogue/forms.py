from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.contacts import normal
from crm.dialogue.models import Subject
from engage.lib import ids, tokens

LONGEST = 10_000


STARS = (
    (1, _("1 star: very badly")),
    (2, _("2 stars: badly")),
    (3, _("3 stars: so so")),
    (4, _("4 stars: well")),
    (5, _("5 stars: very well")),
)


class TalkForm(forms.Form):
    """Words to a person. `once` names the words, so that sending them twice keeps them once. What it is about can be
    chosen where the owner has named subjects."""

    subject = forms.ModelChoiceField(
        Subject.objects.all(),
        label=_("What is it about?"),
        required=False,
        to_field_name="key",
        empty_label=_("Something else"),
    )
    text = forms.CharField(
        label=_("What would you like to tell us?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write a few words first.")},
    )
    once = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not Subject.objects.exists():
            del self.fields["subject"]

    def clean_once(self) -> UUID:
        try:
            return UUID(tokens.read("once", self.cleaned_data["once"])[0])
        except ValueError:
            return ids.uuid7()


class StrangerForm(TalkForm):
    """The same from somebody who comes without a message of ours."""

    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.CharField(
        label=_("Your e-mail address"),
        max_length=normal.MAX_LENGTH,
        help_text=_("We answer there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    field_order = ["name", "email", "subject", "text"]

    def clean_email(self) -> normal.IdentityKey:
        key = normal.identity("email", self.cleaned_data["email"])
        if key is None:
            raise forms.ValidationError(_("This does not look like an e-mail address."))
        return key


class RatingForm(forms.Form):
    stars = forms.TypedChoiceField(
        label=_("How did we do?"),
        choices=STARS[::-1],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how many stars.")},
    )
    words = forms.CharField(
        label=_("What should we know?"),
        help_text=_("If you like. A person reads it."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def once() -> str:
    """A name for words that are yet to be written."""
    return tokens.sign("once", str(ids.uuid7()))
