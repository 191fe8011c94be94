from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from crm.business.queries import business
from crm.dialogue.models import FaqEntry
from crm.leaving.models import Kind, Sign

LONGEST_WAYS = 4_000
LONGEST_ANSWER = 4_000
MOST_WAYS = 20


class FaqForm(forms.Form):
    question = forms.CharField(
        label=_("The question"), max_length=200, help_text=_("As a customer would ask it: “When are you open?”")
    )
    phrasings = forms.CharField(
        label=_("Other ways to ask it"),
        max_length=LONGEST_WAYS,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("One a line: “Opening hours”, “Are you open on Sunday?”"),
    )
    answer = forms.CharField(label=_("Your answer"), max_length=LONGEST_ANSWER, widget=forms.Textarea({"rows": 8}))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    automatic = forms.BooleanField(
        label=_("May be sent without a colleague"),
        required=False,
        help_text=_("Only when we are sure, once in a conversation, and with a link to a person."),
    )
    leaving = forms.BooleanField(
        label=_("Often comes before leaving"),
        required=False,
        help_text=_("It becomes a task within two working hours, and nothing of ours goes out meanwhile."),
    )

    def __init__(self, data: object, *, entry: FaqEntry | None) -> None:
        fields = ("question", "phrasings", "answer", "language", "automatic")
        said: dict[str, Any] = {"language": business().language}
        if entry:
            said = {name: getattr(entry, name) for name in fields}
            said["leaving"] = Sign.objects.filter(kind=Kind.FAQ, ref=str(entry.uid)).exists()
        super().__init__(data, initial=said, label_suffix="")  # type: ignore[arg-type]

    def clean_phrasings(self) -> str:
        text: str = self.cleaned_data["phrasings"]
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > MOST_WAYS:
            raise forms.ValidationError(_("%(n)d ways to ask are enough.") % {"n": MOST_WAYS})
        if any(len(line) > 200 for line in lines):
            raise forms.ValidationError(_("Keep each line under 200 characters."))
        return "\n".join(lines)
