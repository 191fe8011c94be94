from django import forms
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Consent, Topic
from crm.preferences.actions import LONGEST_VALUE
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
    """What somebody said, as a colleague heard it. `person` is chosen among those whom `who` finds."""

    who = forms.CharField(label=_("Who"), max_length=200, help_text=_("Name, e-mail address or phone"))
    person = forms.CharField(required=False, max_length=40)
    words = forms.CharField(
        label=_("Their words"), max_length=LONGEST_WORDS, widget=forms.Textarea({"rows": 3, "class": "words"})
    )
    kind = forms.ChoiceField(label=_("It is"), choices=KINDS, widget=forms.RadioSelect, initial="memory")
    key = forms.CharField(label=_("About what"), max_length=60, required=False)
    value = forms.CharField(label=_("What we should remember"), max_length=LONGEST_VALUE, required=False)
    heard = forms.ChoiceField(label=_("Heard"), choices=HEARD, initial="counter")

    def clean_key(self) -> str:
        return key_named(self.cleaned_data["key"]) if self.cleaned_data["key"] else ""

    def clean(self) -> dict:
        said = super().clean() or {}
        if said.get("kind") == "memory" and not self.errors:
            for name, problem in (("key", _("Such as milk or roast.")), ("value", _("In a word or two."))):
                if not said.get(name):
                    self.add_error(name, problem)
        return said


class PauseForm(forms.Form):
    days = forms.TypedChoiceField(choices=[(7, ""), (30, ""), (90, ""), (0, "")], coerce=int)


class PermissionForm(forms.Form):
    """What a colleague was told about permission; the words are the evidence."""

    topic = forms.ModelChoiceField(Topic.objects.all(), label=_("About"), to_field_name="key", empty_label=None)
    state = forms.ChoiceField(
        label=_("They said"),
        choices=[(Consent.State.GRANTED, _("Yes, write to me")), (Consent.State.WITHDRAWN, _("No, do not write"))],
    )
    words = forms.CharField(
        label=_("In which words, and where"), max_length=500, help_text=_("This is our proof if anybody asks.")
    )
