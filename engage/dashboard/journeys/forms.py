"""The definition of a journey as JSON, in a form."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DefinitionForm(forms.Form):
    """A journey as JSON. Its problems are found later, at their paths; here it must only be JSON."""

    name = forms.CharField(label=_("Name of this journey"), max_length=120)
    definition = forms.CharField(
        label=_("Definition"),
        max_length=500_000,
        widget=forms.Textarea({"rows": 30, "class": "code", "spellcheck": "false"}),
    )

    def clean_definition(self) -> dict[str, Any]:
        try:
            data = json.loads(self.cleaned_data["definition"])
        except (ValueError, RecursionError) as error:
            line = f" ({error.msg}, {error.lineno}:{error.colno})" if isinstance(error, json.JSONDecodeError) else ""
            raise forms.ValidationError(_("This is not JSON.") + line) from error
        if not isinstance(data, dict):
            raise forms.ValidationError(_("This must be an object."))
        return data
