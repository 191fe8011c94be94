from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.contests.actions import (
    LONGEST_CRITERION,
    LONGEST_INTRO,
    LONGEST_PRIZE,
    LONGEST_TERMS,
    LONGEST_TITLE,
    MOST_CRITERIA,
    MOST_PRIZES,
    Promised,
    Rules,
)
from campaigns.contests.form import LONGEST_RIGHTS, usual_rights
from campaigns.contests.models import Contest
from campaigns.offers.models import Offer
from campaigns.offers.queries import open_offers
from campaigns.surveys.asked.definition import BadDefinition
from campaigns.surveys.limits.limits import Once
from crm.business.queries import business
from engage.lib import clock, plain
from engage.lib.local_time import zone_of

LEAST_PRIZES = 3
BY = {
    Contest.By.VOTES.value: gettext_lazy("Most votes"),
    Contest.By.PAIRS.value: gettext_lazy("Pairs side by side, without names: which is better?"),
    Contest.By.JURY.value: gettext_lazy("A jury"),
    Contest.By.DRAW.value: gettext_lazy("A draw, which everybody can check"),
}
ONCE = {
    Once.ADDRESS.value: gettext_lazy("Everybody, once: by an address that they confirm"),
    Once.LINK.value: gettext_lazy("Only who has a link in our messages, once"),
}


def moment(label: Any, help_text: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )


class RulesForm(forms.Form):
    """How winners are found, when, and what they get. Times are on the shop's clock."""

    first: ClassVar[list[str]] = []
    by = forms.ChoiceField(label=gettext_lazy("Who wins is found by"), choices=list(BY.items()))
    opens = moment(gettext_lazy("Enter from"), gettext_lazy("On the shop's clock. Empty: at once."))
    closes = moment(gettext_lazy("Enter until"), gettext_lazy("Empty: until you close it."))
    votes_close = moment(
        gettext_lazy("Vote, or judge, until"), gettext_lazy("Begins with the first photo. Empty: until you end it.")
    )
    criteria = forms.CharField(
        label=gettext_lazy("What a jury gives points for"),
        help_text=gettext_lazy("One a line, such as: Idea. Only where a jury decides."),
        required=False,
        max_length=(LONGEST_CRITERION + 2) * MOST_CRITERIA,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    terms = forms.CharField(
        label=gettext_lazy("Terms"),
        help_text=gettext_lazy("Who may enter, what becomes of the photos, who runs it. They stand on its page."),
        required=False,
        max_length=LONGEST_TERMS,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, prizes: Sequence[Promised] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = min(max(LEAST_PRIZES, len(prizes) + 1), MOST_PRIZES)
        offered = Q(pk__in=open_offers(clock.now())) | Q(key__in=[one.offer for one in prizes])
        offers = list(Offer.objects.filter(offered).order_by("name").values_list("key", "name"))
        for place in range(1, self.places + 1):
            label = _("Prize for place %(place)d") % {"place": place}
            self.fields[f"prize_{place}"] = forms.CharField(label=label, required=False, max_length=LONGEST_PRIZE)
            if offers:
                self.fields[f"offer_{place}"] = forms.ChoiceField(
                    label=_("Offer given to place %(place)d") % {"place": place},
                    required=False,
                    choices=[("", _("None")), *offers],
                )
        rewards = [name for name in self.fields if name.startswith(("prize_", "offer_"))]
        self.order_fields([*self.first, "by", "opens", "closes", "votes_close", *rewards, "terms", "criteria"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        zone = zone_of(business().timezone)
        for name in ("opens", "closes", "votes_close"):
            if given.get(name):
                given[name] = given[name].replace(tzinfo=zone)
        last = max((n for n in range(1, self.places + 1) if given.get(f"prize_{n}")), default=0)
        for place in range(1, self.places + 1):
            if (place < last or given.get(f"offer_{place}")) and not given.get(f"prize_{place}"):
                self.add_error(f"prize_{place}", _("Say in words what this place gets."))
        return given

    def rules(self) -> Rules:
        given = self.cleaned_data
        return Rules(
            by=given["by"],
            terms=given["terms"],
            opens=given["opens"],
            closes=given["closes"],
            votes_close=given["votes_close"],
            prizes=tuple(self._prizes()),
            criteria=given["criteria"].splitlines(),
        )

    def refuse(self, refused: BadDefinition) -> None:
        """What the action said, beside the field that it is about."""
        for problem in refused.problems:
            name = problem.path if problem.path in self.fields else None
            self.add_error(name, problem.message)

    def _prizes(self) -> Iterator[Promised]:
        for place in range(1, self.places + 1):
            if words := self.cleaned_data[f"prize_{place}"]:
                yield Promised(words, self.cleaned_data.get(f"offer_{place}", ""))


class ContestForm(RulesForm):
    title = forms.CharField(label=gettext_lazy("What it is called"), max_length=LONGEST_TITLE)
    intro = forms.CharField(
        label=gettext_lazy("What it is about"),
        required=False,
        max_length=LONGEST_INTRO,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    once = forms.ChoiceField(label=gettext_lazy("Who may enter"), choices=list(ONCE.items()))
    rights = forms.CharField(
        label=gettext_lazy("What whoever enters ticks"),
        help_text=gettext_lazy("These exact words are kept with each photo."),
        max_length=LONGEST_RIGHTS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    first: ClassVar[list[str]] = ["title", "intro", "once", "rights"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rights"].initial = usual_rights()

    def clean_title(self) -> str:
        if not (text := plain.line(self.cleaned_data["title"])):
            raise forms.ValidationError(_("Write a few words first."))
        return text

    def made(self) -> dict[str, Any]:
        """What `actions.make` takes."""
        given = self.cleaned_data
        said = {name: given[name] for name in ("title", "intro", "rights")}
        return {**said, "once": Once(given["once"]), "rules": self.rules()}


def initial(rules: Rules) -> dict[str, Any]:
    kept: dict[str, Any] = {"by": rules.by, "terms": rules.terms, "criteria": "\n".join(rules.criteria)}
    kept |= {name: _local(getattr(rules, name)) for name in ("opens", "closes", "votes_close")}
    for place, one in enumerate(rules.prizes, 1):
        kept |= {f"prize_{place}": one.words, f"offer_{place}": one.offer}
    return kept


def _local(at: datetime | None) -> datetime | None:
    return timezone.localtime(at, zone_of(business().timezone)).replace(tzinfo=None) if at else None
