"""A recipe as a form: starts when, wait, text; and what stands under Advanced."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.journeys.recipes import WAITS, Filling, Letter, Recipe
from campaigns.journeys.recipes.letters import finished
from campaigns.surveys.queries import OneTap
from crm.contacts.models import Topic

LETTER_ROWS = 12


class RecipeForm(forms.Form):
    """`question` is the survey that the text asks, `filling` what the finished texts are filled with."""

    def __init__(self, recipe: Recipe, question: OneTap, filling: Filling, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.recipe, self.question, self.filling = recipe, question, filling
        self.fields |= self._start_fields()
        if recipe.wait:
            self.fields["wait"] = forms.ChoiceField(
                label=_("Wait"), choices=[(key, words) for key, (words, _step) in WAITS.items()], initial=recipe.wait
            )
        for letter in recipe.letters:
            self.fields |= self._letter_fields(letter)
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

    def _letter_fields(self, letter: Letter) -> dict[str, forms.Field]:
        text = finished(self.recipe.slug, letter.name, self.filling)
        return {
            f"{letter.prefix}subject": forms.CharField(label=_("Subject"), max_length=300, initial=text.subject),
            f"{letter.prefix}text": forms.CharField(
                label=_("Text"),
                max_length=100_000,
                initial=text.text,
                widget=forms.Textarea({"rows": LETTER_ROWS}),
            ),
        }

    def numbers(self) -> list[forms.BoundField]:
        return [self[name] for name in self.recipe.numbers]

    def letter(self) -> list[forms.BoundField]:
        return self._of(self.recipe.letters[0])

    def more_letters(self) -> list[tuple[Letter, list[forms.BoundField]]]:
        return [(letter, self._of(letter)) for letter in self.recipe.letters[1:]]

    def advanced(self) -> list[forms.BoundField]:
        return [self["name"], self["topic"]]

    def kept(self) -> dict[str, Any]:
        """What the journey keeps, so that the form can be opened again. Call after `is_valid`."""
        given = {name: self.cleaned_data[name] for name in self.fields}
        chosen = {"survey": self.question.survey, "language": self.filling.language, "date": self.filling.date}
        only_start = next(iter(self.recipe.starts))
        return {"start": only_start} | given | {"topic": given["topic"].key} | chosen

    def definition(self) -> dict[str, Any]:
        """The definition that the fields stand for. Call after `is_valid`."""
        return self.recipe.build(self.kept(), self.question)

    def refuse(self, path: str, message: str) -> None:
        """Show a problem of the definition beside the field that it comes from."""
        parts = path.split(".")
        field = {"subject": "subject", "body": "text"}.get(parts[-1], "")
        prefix = next((letter.prefix for letter in self.recipe.letters if letter.step in parts), "")
        self.add_error(f"{prefix}{field}" if field else "topic" if parts[-1] == "topic" else None, message)

    def _of(self, letter: Letter) -> list[forms.BoundField]:
        return [self[f"{letter.prefix}subject"], self[f"{letter.prefix}text"]]
