"""Where a survey appears on the owner's site, and the name of a link to its page."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.surveys.models import Placement
from campaigns.surveys.origins import LONGEST, is_name
from crm.business.queries import business
from crm.segments.models import Segment
from engage.dashboard.settings.chat_forms import MOST, origin
from engage.lib.local_time import zone_of

MOST_STARS = 4
LIMITS = {Placement.When.SECONDS: (0, 600), Placement.When.SCROLL: (1, 100)}


class PlaceForm(forms.Form):
    """`fields()` is what the action takes. A place within the page has no moment, and is for everybody."""

    sites = forms.CharField(
        label=gettext_lazy("On these sites"),
        help_text=gettext_lazy("One on each line, such as shop.example.com. With and without www are two."),
        max_length=MOST * 300,
        widget=forms.Textarea({"rows": 2, "spellcheck": "false", "autocapitalize": "none"}),
    )
    paths = forms.CharField(
        label=gettext_lazy("On these pages"),
        help_text=gettext_lazy("One on each line, from the first slash on; * stands for anything: /tea/*. Empty: all."),
        required=False,
        max_length=5000,
        widget=forms.Textarea({"rows": 2, "spellcheck": "false", "autocapitalize": "none"}),
    )
    when = forms.ChoiceField(label=gettext_lazy("When"), choices=Placement.When.choices, widget=forms.RadioSelect)
    amount = forms.IntegerField(
        label=gettext_lazy("How many seconds, or percent"), min_value=0, max_value=600, required=False
    )
    segment = forms.ModelChoiceField(
        Segment.objects.order_by("name", "id"),
        label=gettext_lazy("Only people of this group"),
        empty_label=gettext_lazy("Everybody"),
        to_field_name="uid",
        required=False,
        help_text=gettext_lazy("People whom we know by their device. The page never learns who is in it."),
    )
    event = forms.CharField(
        label=gettext_lazy("Only after they did"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Within 7 days, by the name of the event: Order Completed."),
    )
    starts = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The first day."),
    )
    ends = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The last day."),
    )

    def __init__(self, data: Any = None, *, shape: str, place: Placement | None = None) -> None:
        self.shape = shape
        super().__init__(data, initial=_initial(place))
        if shape == Placement.Shape.INLINE:
            for name in ("when", "amount", "segment", "event"):
                del self.fields[name]

    def clean_sites(self) -> list[str]:
        lines = _lines(self.cleaned_data["sites"])
        if len(lines) > MOST:
            raise forms.ValidationError(_("At most %(most)d.") % {"most": MOST})
        return list(dict.fromkeys(origin(line) for line in lines))

    def clean_paths(self) -> list[str]:
        lines = _lines(self.cleaned_data["paths"])
        if len(lines) > MOST:
            raise forms.ValidationError(_("At most %(most)d.") % {"most": MOST})
        for line in lines:
            if not line.startswith("/") or len(line) > 200 or line.count("*") > MOST_STARS or not line.isprintable():
                raise forms.ValidationError(_("“%(text)s” is not the path of a page."), params={"text": line[:100]})
        return list(dict.fromkeys(lines))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        least, most = LIMITS.get(said.get("when", ""), (0, 600))
        if (amount := said.get("amount")) is not None and not least <= amount <= most:
            self.add_error("amount", _("From %(least)d to %(most)d.") % {"least": least, "most": most})
        if said.get("starts") and said.get("ends") and said["ends"] < said["starts"]:
            self.add_error("ends", _("This is before it begins."))
        return said

    def values(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        if "amount" in said:
            said["amount"] = said["amount"] or 0
        ends = said["ends"] + timedelta(days=1) if said["ends"] else None
        return said | {"starts": _midnight(said["starts"]), "ends": _midnight(ends)}


class LinkForm(forms.Form):
    """Where a link to the survey's page will stand."""

    o = forms.CharField(
        label=gettext_lazy("Where it will stand"),
        max_length=LONGEST,
        required=False,
        help_text=gettext_lazy("In small letters, such as qr-counter, leaflet or instagram."),
    )

    def clean_o(self) -> str:
        name = "-".join(self.cleaned_data["o"].lower().split())
        if name and not is_name(name):
            raise forms.ValidationError(_("Only a to z, 0 to 9 and -, please."))
        return name


def _initial(place: Placement | None) -> dict[str, Any]:
    if place is None:
        latest = Placement.objects.order_by("-pk").values_list("sites", flat=True).first()
        return {"sites": "\n".join(latest or business().chat_sites), "when": Placement.When.SECONDS, "amount": 10}
    return {
        "sites": "\n".join(place.sites),
        "paths": "\n".join(place.paths),
        "when": place.when,
        "amount": place.amount,
        "segment": place.segment.uid if place.segment else None,
        "event": place.event,
        "starts": _day(place.starts),
        "ends": _day(place.ends - timedelta(seconds=1)) if place.ends else None,
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), zone_of(business().timezone)) if day else None


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(zone_of(business().timezone)).date() if moment else None
