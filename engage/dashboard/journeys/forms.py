"""The forms of the room: recipes with three fields, and the definition as JSON."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.journeys.recipes import WAITS, Recipe
from campaigns.journeys.recipes.recipe import Letter
from campaigns.surveys.queries import OneTap
from crm.contacts.models import Topic

LETTER_ROWS = 12


class RecipeForm(forms.Form):
    """Starts when, wait, text; and what stands under Advanced. `question` is the survey that the text asks."""

    def __init__(self, recipe: Recipe, question: OneTap, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.recipe, self.question = recipe, question
        self.fields |= self._start_fields()
        self.fields["wait"] = forms.ChoiceField(
            label=_("Wait"), choices=[(key, words) for key, (words, _step) in WAITS.items()], initial=recipe.wait
        )
        self.fields |= _letter_fields(recipe.letter, question)
        if recipe.thanks:
            self.fields |= _letter_fields(recipe.thanks, question, "thanks_")
        self.fields["name"] = forms.CharField(label=_("Name of this journey"), max_length=120, initial=recipe.title)
        self.fields["topic"] = forms.ModelChoiceField(
            Topic.objects.all(),
            label=_("Topic"),
            help_text=_("Only people who gave permission for this topic get it."),
            to_field_name="key",
            empty_label=None,
            initial=Topic.objects.first(),
        )

    def _start_fields(self) -> dict[str, forms.Field]:
        starts = list(self.recipe.starts.items())
        found: dict[str, forms.Field] = {}
        if len(starts) > 1:
            found["start"] = forms.ChoiceField(
                label=_("Starts when"),
                choices=[(key, start.label) for key, start in starts],
                initial=starts[0][0],
            )
        for key, number in self.recipe.numbers.items():
            found[key] = forms.IntegerField(
                label=number.label, min_value=number.least, max_value=number.most, initial=number.initial
            )
        return found

    def numbers(self) -> list[forms.BoundField]:
        return [self[name] for name in self.recipe.numbers]

    def letter(self) -> list[forms.BoundField]:
        return [self["subject"], self["text"]]

    def thanks(self) -> list[forms.BoundField]:
        return [self["thanks_subject"], self["thanks_text"]] if self.recipe.thanks else []

    def advanced(self) -> list[forms.BoundField]:
        return [self["name"], self["topic"]]

    def kept(self) -> dict[str, Any]:
        """What the journey keeps, so that the form can be opened again. Call after `is_valid`."""
        given = {name: self.cleaned_data[name] for name in self.fields}
        only_start = next(iter(self.recipe.starts))
        return {"start": only_start} | given | {"topic": given["topic"].key, "survey": self.question.survey}

    def definition(self) -> dict[str, Any]:
        """The definition that the fields stand for. Call after `is_valid`."""
        return self.recipe.build(self.kept(), self.question)

    def refuse(self, path: str, message: str) -> None:
        """Show a problem of the definition beside the field that it comes from."""
        parts = path.split(".")
        field = {"subject": "subject", "body": "text"}.get(parts[-1], "")
        prefix = "thanks_" if "thank" in parts else ""
        self.add_error(f"{prefix}{field}" if field else "topic" if parts[-1] == "topic" else None, message)


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


def _letter_fields(letter: Letter, question: OneTap, prefix: str = "") -> dict[str, forms.Field]:
    return {
        f"{prefix}subject": forms.CharField(label=_("Subject"), max_length=300, initial=letter.subject),
        f"{prefix}text": forms.CharField(
            label=_("Text"),
            max_length=100_000,
            initial=lambda: letter.text(question),
            widget=forms.Textarea({"rows": LETTER_ROWS}),
        ),
    }
