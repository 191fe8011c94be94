from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.business import queries as business_queries
from crm.contacts import normal


class PersonForm(forms.Form):
    """Somebody new. A name alone will do."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.CharField(label=_("E-mail address"), max_length=normal.MAX_LENGTH, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("We do not know")), ("en", _("English")), ("es", _("Spanish")), ("zh-hans", _("Chinese"))],
    )

    def clean_email(self) -> normal.IdentityKey | None:
        return self._key("email", _("This does not look like an e-mail address."))

    def clean_phone(self) -> normal.IdentityKey | None:
        return self._key("phone", _("This does not look like a phone number."))

    def _key(self, kind: str, problem: str | Promise) -> normal.IdentityKey | None:
        text = self.cleaned_data[kind]
        key = normal.identity(kind, text, country=business_queries.business().country) if text else None
        if text and key is None:
            raise forms.ValidationError(str(problem))
        return key

    @property
    def keys(self) -> list[normal.IdentityKey]:
        return [key for key in (self.cleaned_data["email"], self.cleaned_data["phone"]) if key]
