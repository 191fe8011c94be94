"""Search over all that was said. What is looked for stays with the session: no word and no name stands in a url."""

import json
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from crm.business.queries import business
from crm.contacts import searching as people_searching
from crm.dialogue import searching
from crm.dialogue.searching import Search
from engage.dashboard.inbox.lists import CHANNELS, LABELS, number
from engage.dashboard.messages.words import channel_text
from engage.dashboard.people import searches
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role

MOST_PEOPLE = 50
ANY = ("", _("Any"))


class SearchForm(forms.Form):
    words = forms.CharField(
        label=_("Words"),
        max_length=searching.LONGEST,
        required=False,
        widget=forms.TextInput({"type": "search", "autocomplete": "off", "data-searches": ""}),
    )
    person = forms.CharField(label=_("Person"), max_length=people_searching.LONGEST, required=False)
    state = forms.ChoiceField(label=_("List"), choices=[ANY, *LABELS.items()], required=False)
    channel = forms.ChoiceField(label=_("Came"), choices=lambda: [ANY, *_channels()], required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput({"type": "date"}))


def _channels() -> list[tuple[str, str]]:
    return [(key, channel_text(key)) for key in CHANNELS]


@require_POST
@role()
def find_words(request: StaffRequest) -> HttpResponse:
    """Keeps what is looked for, and shows what was found under its key."""
    form = SearchForm(request.POST)
    if not form.is_valid():
        return render(request, "inbox/found.html", {"form": form}, status=400)
    asked = {name: text for name in form.fields if (text := request.POST.get(name, "").strip())}
    if not asked:
        return redirect("found_words")
    return redirect(reverse("found_words", query={"found": searches.keep(request, json.dumps(asked))}))


@require_GET
@role()
def found_words(request: StaffRequest) -> HttpResponse:
    """`?found=` names the search, `?before=` goes on. Fifteen queries at most."""
    key = request.GET.get("found", "")
    asked = _kept(request, key)
    form = SearchForm(asked) if asked else SearchForm()
    context: dict[str, Any] = {"form": form, "asked": asked}
    if asked and form.is_valid():
        found = searching.find(
            _search(form.cleaned_data), language=business().language, before=number(request.GET.get("before", ""))
        )
        next = reverse("found_words", query={"found": key, "before": found.before}) if found.before else ""
        context |= {"found": found, "next": next}
    return render(request, "inbox/found.html", context)


def _kept(request: StaffRequest, key: str) -> dict[str, str]:
    try:
        asked = json.loads(searches.kept(request, key) or "{}")
    except ValueError:
        return {}
    return asked if isinstance(asked, dict) else {}


def _search(given: dict[str, Any]) -> Search:
    zone = ZoneInfo(business().timezone)
    person = people_searching.words_of(given["person"])
    return Search(
        words=given["words"],
        people=people_searching.newest(person, most=MOST_PEOPLE) if person else None,
        channel=given["channel"],
        state=given["state"],
        since=_midnight(given["since"], zone),
        until=_midnight(given["until"] and given["until"] + timedelta(days=1), zone),
    )


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone) if day else None
