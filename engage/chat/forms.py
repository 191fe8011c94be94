from django import forms
from django.utils.translation import gettext_lazy as _

from crm.contacts import normal
from crm.dialogue.forms import TalkForm

PAGE_LONGEST = 300


class WordsForm(TalkForm):
    """A line. `page` is where the chat stands, as the page says: shown to colleagues, never followed."""

    page = forms.URLField(required=False, max_length=PAGE_LONGEST, assume_scheme="https")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("subject", None)

    def clean(self) -> dict:
        """A page that makes no sense is none; it is no reason not to take the words."""
        given = super().clean() or {}
        if "page" in self.errors:
            del self.errors["page"]
        return {"page": "", **given}


class AddressForm(forms.Form):
    email = forms.CharField(max_length=normal.MAX_LENGTH)
    name = forms.CharField(max_length=200, required=False)

    def clean_email(self) -> normal.IdentityKey:
        key = normal.identity("email", self.cleaned_data["email"])
        if key is None:
            raise forms.ValidationError(_("This does not look like an e-mail address."))
        return key
