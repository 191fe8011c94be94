"""The page of everything: each part of shop paper once, for our own eyes. Only where DEBUG is on."""

from datetime import timedelta
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render

from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

SNIPPET = '<script src="https://shop.example/w/site.js" async></script>'
DAYS = [("Mon", 24, 0), ("Tue", 8, 3), ("Wed", 0, 0), ("Thu", 231, 25), ("Fri", 12, 0), ("Sat", 4, 1), ("Sun", 0, 6)]


class SampleForm(forms.Form):
    name = forms.CharField(help_text="As it stands on the door")
    colour = forms.CharField(widget=forms.TextInput({"type": "color"}), initial="#1F6F5C")
    kind = forms.ChoiceField(choices=[("memory", "Memory"), ("question", "Question"), ("complaint", "Complaint")])
    heard = forms.ChoiceField(
        choices=[("counter", "At the counter"), ("phone", "By phone")], widget=forms.RadioSelect, initial="phone"
    )
    words = forms.CharField(widget=forms.Textarea({"class": "words"}), required=False)
    citable = forms.BooleanField(required=False, label="We may mention it", help_text="Only softly")


@role()
def paper(request: StaffRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    toast(request, "Forgotten: oat milk.", undo=request.path)
    form = SampleForm({"name": "", "colour": "#1F6F5C", "kind": "memory", "heard": "phone"})
    now = clock.now()
    memories = [
        _memory("Milk", "oat milk", "stated", words="Oat, please, and not too hot.", question="Which milk?"),
        _memory("Brewing", "filter", "observed", source_label="4 orders"),
        _memory("Roast", "light", "inferred", mention=False),
        _memory("Milk", "whole milk", "stated", state="superseded"),
    ]
    context = {
        "form": form,
        "now": now,
        "long_ago": now - timedelta(days=400),
        "three_hours": timedelta(hours=3),
        "memories": memories,
        "days": DAYS,
        "values": [3, 4, 2, 6, 5, 8, 9],
        "page": Paginator(range(100), 25).page(2),
        "snippet": SNIPPET,
        "words": "Arrived stale. The last two bags were lovely, so perhaps it was the post?",
    }
    return render(request, "paper/everything.html", context)


def _memory(label: str, value: str, kind: str, **rest: object) -> SimpleNamespace:
    known = {"state": "active", "mention": True, "words": "", "question": "", "source_label": "Welcome survey"}
    return SimpleNamespace(key=SimpleNamespace(label=label), value=value, kind=kind, at=clock.now(), **known | rest)
