"""Where people come from: a chart of the latest, and links that say so themselves."""

import io
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import segno
from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from crm.contacts.origins import LONGEST_CAMPAIGN, LONGEST_SOURCE, Came, words
from crm.contacts.queries import Share, where_people_come_from
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role

MOST_BARS = 12


@dataclass(frozen=True)
class Bar:
    """A source in words, how many people first came from it, of the longest bar's 100, and where they are listed."""

    label: str
    people: int
    width: int
    url: str


class LinkForm(forms.Form):
    """A link of the shop's, and how it is recognised when somebody comes by it."""

    address = forms.URLField(
        label=gettext_lazy("Where it leads"), max_length=500, assume_scheme="https", widget=forms.URLInput
    )
    place = forms.CharField(
        label=gettext_lazy("Where it will stand"),
        max_length=LONGEST_SOURCE,
        help_text=gettext_lazy("Such as Instagram, leaflet, shop window."),
    )
    campaign = forms.CharField(
        label=gettext_lazy("What it belongs to"),
        max_length=LONGEST_CAMPAIGN,
        required=False,
        help_text=gettext_lazy("Such as spring or opening."),
    )
    printed = forms.BooleanField(label=gettext_lazy("It becomes a printed QR code"), required=False)

    def link(self) -> str:
        said = self.cleaned_data
        parts = urlsplit(said["address"])
        medium = "qr" if said["printed"] else ""
        tags = {"utm_source": said["place"], "utm_medium": medium, "utm_campaign": said["campaign"]}
        kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in tags]
        ours = [(name, text) for name, text in tags.items() if text]
        return urlunsplit(parts._replace(query=urlencode([*kept, *ours])))

    def counted_as(self) -> str:
        kind = "qr" if self.cleaned_data["printed"] else "link"
        return words(Came(kind, self.cleaned_data["place"], campaign=self.cleaned_data["campaign"]))


@require_GET
@role()
def origins(request: StaffRequest) -> HttpResponse:
    """The chart, and the form of a link, which is kept nowhere but in the address of this page."""
    form = LinkForm(request.GET if request.GET else None)
    found = charted(MOST_BARS)
    context = {"form": form, "bars": found, "finding": finding(found), "ready": form.is_valid()}
    if context["ready"]:
        context["qr"] = f"{reverse('qr_code')}?{request.GET.urlencode()}"
    return render(request, "people/origins.html", context, status=400 if form.errors else 200)


@require_GET
@role()
def qr_code(request: StaffRequest) -> HttpResponse:
    """The same link to be printed: a picture of any size."""
    form = LinkForm(request.GET)
    if not form.is_valid():
        raise Http404
    out = io.BytesIO()
    try:
        segno.make_qr(form.link(), error="m").save(out, kind="svg", scale=8, light="#fff")
    except segno.DataOverflowError as error:
        raise Http404 from error
    return HttpResponse(
        out.getvalue(),
        content_type="image/svg+xml",
        headers={"Content-Disposition": 'inline; filename="qr-code.svg"'},
    )


def charted(most: int) -> list[Bar]:
    """One query."""
    shares = where_people_come_from(most)
    highest = shares[0].people if shares else 1
    return [Bar(_label(one), one.people, round(100 * one.people / highest), _url(one)) for one in shares]


def finding(bars: list[Bar]) -> str:
    """The chart's title: what it shows."""
    if not bars:
        return _("Nobody knows yet where people come from")
    if len(bars) == 1 or bars[0].people > 2 * bars[1].people:
        return _("Most people come from %(name)s") % {"name": bars[0].label}
    return _("People come from %(name)s and %(other)s") % {"name": bars[0].label, "other": bars[1].label}


def _label(share: Share) -> str:
    return words(Came(share.kind, share.source))


def _url(share: Share) -> str:
    value = f"{share.kind}:{share.source}" if share.source else share.kind
    return f"{reverse('people')}?{urlencode({'from': value})}"
