from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.preferences import values
from crm.preferences.actions import LONGEST_VALUE
from crm.preferences.models import Preference, PreferenceKey
from engage.dashboard.person.keys import key_named

Type = PreferenceKey.Type
LONGEST_WORDS = 5_000
HOWS = (
    (Preference.Kind.STATED.value, gettext_lazy("They told us")),
    (Preference.Kind.OBSERVED.value, gettext_lazy("We noticed it")),
)


class KnownForm(forms.Form):
    """One value, in the field that its key's type asks for, and how we know it."""

    how = forms.ChoiceField(
        label=gettext_lazy("How we know"),
        choices=HOWS,
        widget=forms.RadioSelect,
        initial=Preference.Kind.STATED.value,
        help_text=gettext_lazy("Only what they told us can be mentioned in a message."),
    )
    words = forms.CharField(
        label=gettext_lazy("In their words"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea({"rows": 2, "class": "words"}),
    )
    field_order = ("label", "type", "value", "how", "words")

    def __init__(self, data: Any, *, key: PreferenceKey | None = None, held: Preference | None = None) -> None:
        super().__init__(data)
        self.key = key
        self.fields["value"] = field_of(key)
        if held is not None:
            self.initial["value"] = held.value
        self.order_fields(self.field_order)

    def clean_value(self) -> Any:
        said = self.cleaned_data["value"]
        key = self.key or PreferenceKey(type=self.cleaned_data.get("type", Type.TEXT))
        raw = said.isoformat() if isinstance(said, date) else said
        if key.type == Type.LIST:
            raw = [item.strip() for item in raw.split(",") if item.strip()]
        if values.nothing(raw) or not values.read(key.type, raw, key.choices).fits:
            raise forms.ValidationError(EXPECTED[Type(key.type)])
        return raw

    def make_key(self) -> PreferenceKey:
        raise AssertionError("its key is known")


class NewKeyForm(KnownForm):
    """The same for something that nobody remembered before: its name and its type come with it."""

    label = forms.CharField(
        label=gettext_lazy("What we call it"), max_length=60, help_text=gettext_lazy("Such as milk or roast.")
    )
    type = forms.ChoiceField(label=gettext_lazy("Kind of answer"), choices=Type.choices, initial=Type.TEXT.value)

    def clean_label(self) -> str:
        label = self.cleaned_data["label"].strip()
        if PreferenceKey.objects.filter(key=key_named(label)).exists():
            raise forms.ValidationError(_("There is one of this name already. Choose it, or take another name."))
        return label

    def make_key(self) -> PreferenceKey:
        label = self.cleaned_data["label"]
        made = {"label": label, "type": self.cleaned_data["type"]}
        key, _new = PreferenceKey.objects.get_or_create(key=key_named(label), defaults=made)
        return key


def field_of(key: PreferenceKey | None) -> forms.Field:
    """How a value of this key is asked for; any text where the key is still to be made."""
    label = gettext_lazy("What we know")
    if key is not None and key.type == Type.BOOLEAN:
        return forms.ChoiceField(label=label, choices=[("yes", _("yes")), ("no", _("no"))], widget=forms.RadioSelect)
    if key is not None and key.type == Type.CHOICE and key.choices:
        return forms.ChoiceField(label=label, choices=[(choice, choice) for choice in key.choices])
    if key is not None and key.type == Type.DATE:
        return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    attrs = {"autocomplete": "off"} | ({"inputmode": "decimal"} if key is not None and key.type == Type.NUMBER else {})
    commas = _("Separated by commas.") if key is not None and key.type == Type.LIST else ""
    return forms.CharField(label=label, max_length=LONGEST_VALUE, help_text=commas, widget=forms.TextInput(attrs))


EXPECTED = {
    Type.TEXT: gettext_lazy("In a word or two."),
    Type.NUMBER: gettext_lazy("Give a number, such as 12."),
    Type.DATE: gettext_lazy("Give a day, such as 2026-05-31."),
    Type.CHOICE: gettext_lazy("Choose one of those that there are."),
    Type.BOOLEAN: gettext_lazy("Say yes or no."),
    Type.LIST: gettext_lazy("Give at least one, separated by commas."),
}
