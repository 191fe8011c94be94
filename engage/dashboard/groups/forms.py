"""A group as it is written: its name; its rule is in the rows of `engage.dashboard.rules`."""

from django import forms
from django.utils.translation import gettext_lazy

from crm.segments.actions import LONGEST_NAME


class GroupForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
