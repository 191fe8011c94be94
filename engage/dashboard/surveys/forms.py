"""A sign-up form in a few lines; everything else of it can be changed in the form of surveys."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.surveys.asked.questions import Type
from crm.contacts.models import Topic
from engage.lib.keys import free_key


class SignUpFormForm(forms.Form):
    """What the owner says of it; `raw` is the definition's JSON."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    words = forms.CharField(
        label=gettext_lazy("What people say yes to"),
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("In their words. They read it when they sign up, and again when they confirm."),
    )
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.all(),
        label=gettext_lazy("You may then write about"),
        to_field_name="key",
        widget=forms.CheckboxSelectMultiple,
    )
    first_name = forms.BooleanField(label=gettext_lazy("Ask for the first name too"), required=False)
    question = forms.CharField(
        label=gettext_lazy("One question"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("The answer is remembered. Leave it empty, and nothing more is asked."),
    )
    answers = forms.CharField(
        label=gettext_lazy("Its answers, one a line"),
        max_length=3000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Without any, people answer in their own words."),
    )
    remember = forms.CharField(
        label=gettext_lazy("Remember it as"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("A short name such as Milk."),
    )

    def clean_answers(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["answers"].splitlines()]
        answers = list(dict.fromkeys(line for line in lines if line))
        if len(answers) == 1:
            raise forms.ValidationError(_("Give at least two answers to choose from."))
        return answers

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("question") and not said.get("remember") and "remember" not in self.errors:
            self.add_error("remember", _("Say in a word what it is."))
        return said

    def raw(self, keys: dict[str, str]) -> dict[str, Any]:
        """`keys` are the known preference keys by their label in small letters."""
        said = self.cleaned_data
        questions = [self._name()] if said["first_name"] else []
        questions += [self._question(keys)] if said["question"] else []
        return {"title": said["title"], "questions": [*questions, self._permission()]}

    def _name(self) -> dict[str, Any]:
        return {"id": "first_name", "type": Type.FIRST_NAME, "text": _("Your first name")}

    def _question(self, keys: dict[str, str]) -> dict[str, Any]:
        said = self.cleaned_data
        label, answers = said["remember"], said["answers"]
        key = keys.get(label.casefold()) or free_key(label, taken=(), fallback="memory")
        return {
            "id": key,
            "type": Type.ONE_OF if answers else Type.TEXT,
            "text": said["question"],
            "choices": [{"no": number, "label": answer} for number, answer in enumerate(answers, 1)],
            "remember": {"key": key, "label": label, "citable": True},
        }

    def _permission(self) -> dict[str, Any]:
        said = self.cleaned_data
        topics = [topic.key for topic in said["topics"]]
        question = {"id": "permission", "type": Type.PERMISSION, "text": said["words"], "topics": topics}
        return question | {"required": True}
