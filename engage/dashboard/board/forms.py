from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.board.models import Suggestion
from campaigns.board.queries import board
from campaigns.board.words import LONGEST_TITLE, LONGEST_WORDS, states, title_of, words_of


class WordsForm(forms.Form):
    title = forms.CharField(label=_("What they would like"), max_length=LONGEST_TITLE)
    words = forms.CharField(
        label=_("More words"), max_length=LONGEST_WORDS, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    tags = forms.CharField(
        label=_("Tags"), max_length=400, required=False, help_text=_("With commas. Customers do not see them.")
    )

    def clean_title(self) -> str:
        if not (title := title_of(self.cleaned_data["title"])):
            raise forms.ValidationError(_("Write a few words first."))
        return title

    def clean_words(self) -> str:
        return words_of(self.cleaned_data["words"])


class PutForm(WordsForm):
    """What a customer said goes on the board."""

    agreed = forms.BooleanField(
        label=_("They said that we may show it"),
        error_messages={"required": _("Ask them first, and tick this when they said yes.")},
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )


class AnswerForm(forms.Form):
    state = forms.ChoiceField(label=_("It stands at"))
    answer = forms.CharField(
        label=_("Our answer"),
        help_text=_("Everybody can read it, with your name."),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = states(board())  # type: ignore[attr-defined]


class BoardForm(forms.Form):
    """How the owner has the board. Each state can be called in the owner's words."""

    title = forms.CharField(label=_("Heading"), max_length=120, required=False)
    intro = forms.CharField(
        label=_("A few words above it"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    is_open = forms.BooleanField(label=_("Open: customers can suggest and vote"), required=False)
    at_once = forms.BooleanField(
        label=_("Show suggestions at once"),
        help_text=_("Otherwise a colleague reads each one first."),
        required=False,
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for value, label in Suggestion.State.choices:
            name = f"state_{value}"
            self.fields[name] = forms.CharField(label=label, max_length=40, required=False)

    def changes(self) -> dict[str, object]:
        """As the board keeps it."""
        given = self.cleaned_data
        said = {value: title_of(given[f"state_{value}"]) for value in Suggestion.State.values}
        plain = {name: given[name] for name in ("title", "intro", "is_open", "at_once")}
        return {**plain, "words": {value: text for value, text in said.items() if text}}
