from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.business import queries as business_queries
from crm.contacts import normal
from crm.contacts.models import Consent, Topic
from crm.preferences.actions import LONGEST_VALUE
from engage.dashboard.people.keys import key_named

HEARD = [
    ("counter", _("At the counter")),
    ("phone", _("By phone")),
    ("whatsapp", _("On WhatsApp")),
    ("letter", _("By letter")),
    ("elsewhere", _("Elsewhere")),
]
KINDS = [("memory", _("Worth remembering")), ("question", _("A question")), ("complaint", _("A complaint"))]
LONGEST_WORDS = 5_000


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
