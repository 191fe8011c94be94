from collections.abc import Iterable
from datetime import datetime

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.surveys.queries import published_titles
from crm.business.models import User
from crm.business.queries import has_teams
from crm.dialogue.models import Tag, Team
from crm.preferences.actions import LONGEST_VALUE
from engage.dashboard.inbox.later import CHOICES
from engage.dashboard.person.keys import key_named
from engage.lib import ids

LONGEST = 20_000


class AnswerForm(forms.Form):
    """`seen` is the last message its writer has read; `once` names the answer, so that it leaves once."""

    text = forms.CharField(
        label=_("Your answer"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Write an answer first.")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    once = forms.UUIDField(widget=forms.HiddenInput, initial=ids.uuid7)
    leaves = forms.ChoiceField(choices=[*((key, key) for key in CHOICES), ("at", "at")], required=False)
    asks = forms.ChoiceField(label=_("Survey"), required=False)
    leaves_at = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M"])

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asks"].choices = [("", _("None")), *published_titles()]  # type: ignore[attr-defined]

    def clean_leaves_at(self) -> datetime | None:
        """By the shop's clock, whose zone the page adds."""
        moment = self.cleaned_data["leaves_at"]
        return moment.replace(tzinfo=None) if moment else None


class DraftForm(forms.Form):
    """What stands in the box for an answer, sent or not."""

    text = forms.CharField(max_length=LONGEST, required=False, strip=False)
    seen = forms.IntegerField(min_value=0, required=False)
    once = forms.UUIDField(required=False)


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("A note to colleagues"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": _("Write a note first.")},
    )


class LaterForm(forms.Form):
    until = forms.ChoiceField(choices=[(key, label) for key, (label, _day) in CHOICES.items()])


class AwayForm(forms.Form):
    """Until when somebody is away, if they know."""

    back = forms.DateField(
        label=_("Back on"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )


class AssignForm(forms.Form):
    """To a colleague, to a team, to whose turn it is, or to nobody."""

    team = forms.ModelChoiceField(Team.objects.all(), required=False, to_field_name="uid")
    to = forms.ModelChoiceField(
        User.objects.filter(is_active=True), required=False, to_field_name="uid", label=_("In whose hands")
    )


class TagForm(forms.Form):
    """A tag never has a comma: lists of tags are written with them."""

    name = forms.RegexField(r"^[^,]+$", max_length=40, strip=True)


class ManyForm(forms.Form):
    """What to do with all that were chosen: `act` is a verb, or a verb and its object behind a colon."""

    act = forms.ChoiceField(choices=lambda: many())

    @property
    def label(self) -> str:
        """What was done, in the words of the choice."""
        flat = [pair for _name, group in many() for pair in group]
        return f"{dict(flat).get(self.cleaned_data['act'], '')}:"


def many(tags: Iterable[Tag] | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Two queries, one where the tags are known, and one more where there are teams."""
    team = User.objects.filter(is_active=True).order_by("name", "email")
    groups: list[tuple[str | Promise, list[tuple[str, str | Promise]]]] = [
        (_("Close"), [("done", _("Done")), ("nothing", _("Nothing to answer")), ("spam", _("Spam"))]),
        (_("Later"), [(f"later:{key}", label) for key, (label, _day) in CHOICES.items()]),
        (_("In whose hands"), [*((f"hands:{one.uid}", str(one)) for one in team), ("hands:", _("Nobody"))]),
        (_("To a team"), _teams() if has_teams() else []),
        (_("Sort"), [("urgent:1", _("Urgent")), ("urgent:", _("Not urgent"))]),
        (_("Tag"), [(f"tag:{tag.uid}", tag.name) for tag in (Tag.objects.all() if tags is None else tags)]),
    ]
    return [(str(name), [(key, str(label)) for key, label in group]) for name, group in groups if group]


def _teams() -> list[tuple[str, str | Promise]]:
    return [("next:", _("Next in turn")), *((f"team:{team.uid}", team.name) for team in Team.objects.all())]


class KeepForm(forms.Form):
    """What somebody's words tell us, kept under a key. A key that is new is made."""

    key = forms.CharField(
        label=_("What is it about?"), max_length=60, help_text=_("Such as milk, roast or delivery day")
    )
    value = forms.CharField(label=_("What should we remember?"), max_length=LONGEST_VALUE)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].widget.attrs["list"] = "known-keys"

    def clean_key(self) -> str:
        return key_named(self.cleaned_data["key"])
