from django import forms
from django.utils.translation import gettext_lazy as _

from crm.contacts.actions.companies import LONGEST_NAME


class CompanyNameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)


class CompanyForm(forms.Form):
    """Where somebody belongs; nothing where they belong to none."""

    company = forms.CharField(
        label=_("Company"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("A name we do not know makes a new company."),
        widget=forms.TextInput({"list": "known-companies", "autocomplete": "off", "autofocus": True}),
    )
