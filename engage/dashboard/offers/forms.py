from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.offers import codes
from campaigns.offers.actions import MOST_CODES, Terms
from campaigns.offers.models import Offer
from campaigns.offers.queries import choices
from crm.business.queries import business
from engage.lib import clock, plain
from engage.lib.local_time import zone_of

Coding = Offer.Coding
CODINGS = {
    Coding.OWN.value: _("Each person gets a code of their own, made here"),
    Coding.LISTED.value: _("Each person gets a code of your till or shop, from a list that you paste"),
    Coding.SHARED.value: _("One code for everybody"),
    Coding.NONE.value: _("No code: they show the page"),
}
MOST_DAYS, MOST_GIVEN = 3650, 1_000_000_000
LONGEST_LIST = MOST_CODES * (codes.LONGEST + 2)


class OfferForm(forms.Form):
    """What can be changed of an offer."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Such as: A free bag of beans."))
    words = forms.CharField(
        label=_("What they get, and how"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("They read it on their page."),
    )
    lasts_days = forms.IntegerField(
        label=_("Good for so many days"),
        min_value=0,
        max_value=MOST_DAYS,
        required=False,
        help_text=_("From the day it was given to them. Empty: for ever."),
    )
    closes = forms.DateTimeField(
        label=_("Over on"),
        help_text=_("On the shop's clock: given no more, and good until then at most. Empty: until you stop it."),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    most = forms.IntegerField(
        label=_("How many there are"),
        min_value=1,
        max_value=MOST_GIVEN,
        required=False,
        help_text=_("Empty: as many as are asked for."),
    )

    def clean_name(self) -> str:
        if not (name := plain.line(self.cleaned_data["name"])):
            raise forms.ValidationError(_("Write a few words first."))
        return name

    def clean_closes(self) -> datetime | None:
        given = self.cleaned_data["closes"]
        if given is None:
            return None
        if not 2000 <= given.year <= 2100:
            raise forms.ValidationError(_("Give a day of our time."))
        return given.replace(tzinfo=zone_of(business().timezone))

    def terms(self) -> Terms:
        """Call after `is_valid`."""
        given = self.cleaned_data
        return Terms(**{name: given[name] for name in ("name", "words", "lasts_days", "closes", "most")})


class NewOfferForm(OfferForm):
    coding = forms.ChoiceField(
        label=_("Codes"), choices=list(CODINGS.items()), initial=Coding.OWN.value, widget=forms.RadioSelect
    )
    shared = forms.CharField(label=_("The one code for everybody"), max_length=codes.LONGEST, required=False)
    listed = forms.CharField(
        label=_("Codes of your till or shop"),
        max_length=LONGEST_LIST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("One a line, or with commas. Each is given to one person."),
    )
    field_order = ["name", "words", "coding", "shared", "listed", "lasts_days", "closes", "most"]

    def clean_closes(self) -> datetime | None:
        given = super().clean_closes()
        if given and given <= clock.now():
            raise forms.ValidationError(_("That is over already."))
        return given

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        coding = given.get("coding")
        given["shared"] = plain.line(given.get("shared", "")) if coding == Coding.SHARED else ""
        given["listed"] = given.get("listed", "") if coding == Coding.LISTED else ""
        if coding == Coding.SHARED and not given["shared"] and "shared" not in self.errors:
            self.add_error("shared", _("Write the code."))
        return given


class CodesForm(forms.Form):
    """More codes of the till."""

    listed = forms.CharField(
        label=_("More codes"),
        max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("One a line, or with commas. Those that are there already are left out."),
    )


class GiveForm(forms.Form):
    """An offer for one person. `press` makes one gift of a form that is sent twice."""

    offer = forms.ChoiceField(label=_("Offer"), choices=choices)
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("Such as: her parcel came late. It stands in what we hand over when they ask what we know."),
    )
    press = forms.UUIDField(widget=forms.HiddenInput)

    def clean_reason(self) -> str:
        return plain.line(self.cleaned_data["reason"])
