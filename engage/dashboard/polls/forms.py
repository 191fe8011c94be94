from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.polls.actions import LEAST, LONGEST_CHOICE, LONGEST_QUESTION, MOST, Asked, choices_in
from campaigns.polls.models import Poll
from campaigns.surveys.limits.limits import Once
from crm.business.queries import business
from engage.lib import clock, plain
from engage.lib.local_time import zone_of

SHOWS = {
    Poll.Shows.ALWAYS.value: pgettext_lazy("results", "Always"),
    Poll.Shows.AFTER.value: pgettext_lazy("results", "Once somebody has voted"),
    Poll.Shows.END.value: pgettext_lazy("results", "When the poll is over"),
}
ONCE = {
    Once.ADDRESS.value: _("One vote a person: by our link, or an address that they confirm"),
    Once.LINK.value: _("One vote a person: only by a link in our messages"),
    Once.DEVICE.value: _("One vote a device: quick, and easily had twice"),
}


class EndForm(forms.Form):
    """When it ends, and who sees what came of it."""

    shows = forms.ChoiceField(label=_("Results are shown"), choices=list(SHOWS.items()), initial=Poll.Shows.AFTER)
    closes = forms.DateTimeField(
        label=_("Until"),
        help_text=_("On the shop's clock. Empty: until you end it."),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )

    def clean_closes(self) -> Any:
        given = self.cleaned_data["closes"]
        return given.replace(tzinfo=zone_of(business().timezone)) if given else None


class PollForm(EndForm):
    question = forms.CharField(label=_("Question"), max_length=LONGEST_QUESTION)
    choices = forms.CharField(
        label=_("Answers to choose from"),
        help_text=_("One a line, 2 to 8."),
        max_length=(LONGEST_CHOICE + 2) * MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    once = forms.ChoiceField(label=_("Who may vote"), choices=list(ONCE.items()), initial=Once.ADDRESS.value)
    remember = forms.CharField(
        label=_("Remember the answer as"),
        help_text=_("Such as: milk. Of people whose vote is proved; each is told so, and can say no."),
        max_length=60,
        required=False,
    )
    field_order = ["question", "choices", "once", "shows", "closes", "remember"]

    def clean_question(self) -> str:
        if not (text := plain.line(self.cleaned_data["question"])):
            raise forms.ValidationError(_("Write a few words first."))
        return text

    def clean_choices(self) -> list[str]:
        found = choices_in(self.cleaned_data["choices"].splitlines())
        if not LEAST <= len(found) <= MOST:
            raise forms.ValidationError(_("Write 2 to 8 answers, one a line."))
        if len({one.casefold() for one in found}) < len(found):
            raise forms.ValidationError(_("Two of the answers are the same."))
        return found

    def clean_closes(self) -> Any:
        given = super().clean_closes()
        if given and given <= clock.now():
            raise forms.ValidationError(_("That is over already."))
        return given

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("remember") and given.get("once") == Once.DEVICE:
            self.add_error("remember", _("A device is nobody: choose one vote a person to remember the answer."))
        return given

    def asked(self) -> Asked:
        given = self.cleaned_data
        return Asked(
            question=given["question"],
            choices=given["choices"],
            shows=given["shows"],
            once=Once(given["once"]),
            closes=given["closes"],
            remember=plain.line(given["remember"]),
        )
