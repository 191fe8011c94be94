from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.channels import port
from crm.contacts.models import Consent, Topic
from crm.preferences.actions import LONGEST_VALUE
from crm.preferences.models import PreferenceKey
from crm.preferences.queries import SEEN_BY
from engage.dashboard.person.keys import key_named

HEARD = [
    ("counter", _("At the counter")),
    ("phone", _("By phone")),
    ("whatsapp", _("On WhatsApp")),
    ("letter", _("By letter")),
    ("elsewhere", _("Elsewhere")),
]
KINDS = [("memory", _("Worth remembering")), ("question", _("A question")), ("complaint", _("A complaint"))]
LONGEST_WORDS = 5_000


class SheSaidForm(forms.Form):
    """What somebody said, as a colleague of this role heard it. `person` is chosen among those whom `who` finds, or who
    were offered before anything was typed."""

    who = forms.CharField(label=_("Who"), max_length=200, required=False, help_text=_("Name, e-mail address or phone"))
    person = forms.CharField(required=False, max_length=40)
    words = forms.CharField(
        label=_("Their words"), max_length=LONGEST_WORDS, widget=forms.Textarea({"rows": 3, "class": "words"})
    )
    kind = forms.ChoiceField(label=_("It is"), choices=KINDS, widget=forms.RadioSelect, initial="memory")
    key = forms.CharField(label=_("About what"), max_length=60, required=False)
    value = forms.CharField(label=_("What we should remember"), max_length=LONGEST_VALUE, required=False)
    heard = forms.ChoiceField(label=_("Heard"), choices=HEARD, initial="counter")

    def __init__(self, *args: Any, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role = role

    def clean_key(self) -> str:
        key = key_named(self.cleaned_data["key"]) if self.cleaned_data["key"] else ""
        if PreferenceKey.objects.filter(key=key).exclude(seen_by__in=SEEN_BY[self.role]).exists():
            raise forms.ValidationError(_("This is not for your role. Take another name."))
        return key

    def clean(self) -> dict:
        said = super().clean() or {}
        if not said.get("who") and not said.get("person") and "who" not in self.errors:
            self.add_error("who", _("Choose who it was."))
        if said.get("kind") == "memory" and not self.errors:
            for name, problem in (("key", _("Such as milk or roast.")), ("value", _("In a word or two."))):
                if not said.get(name):
                    self.add_error(name, problem)
        return said


class PauseForm(forms.Form):
    days = forms.TypedChoiceField(choices=[(7, ""), (30, ""), (90, ""), (0, "")], coerce=int)


class PermissionForm(forms.Form):
    """What a colleague was told about permission; the words are the evidence."""

    channel = forms.TypedChoiceField(label=_("By"), required=False, empty_value="email")
    topic = forms.ModelChoiceField(Topic.objects.all(), label=_("About"), to_field_name="key", empty_label=None)
    state = forms.ChoiceField(
        label=_("They said"),
        choices=[(Consent.State.GRANTED, _("Yes, write to me")), (Consent.State.WITHDRAWN, _("No, do not write"))],
    )
    words = forms.CharField(
        label=_("In which words, and where"), max_length=500, help_text=_("This is our proof if anybody asks.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channel = self.fields["channel"]
        assert isinstance(channel, forms.ChoiceField)
        channel.choices = [(name, port.channel(name).label) for name in Consent.CHANNELS]
