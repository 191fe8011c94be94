"""Saved replies and tags: what staff say often, and how they find conversations again."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.channels.liquid import check
from crm.dialogue.actions import remove_tag, rename_tag
from crm.dialogue.actions.replies import TakenShortcut, TooManyReplies, remove_reply, save_reply
from crm.dialogue.models import SavedReply, Tag
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

LONGEST = 10_000


class ReplyForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("What it says, in a few words"), max_length=80)
    shortcut = forms.SlugField(
        label=gettext_lazy("Shortcut"),
        max_length=30,
        allow_unicode=True,
        help_text=gettext_lazy("Typed behind a semicolon, such as ;hours"),
    )
    text = forms.CharField(
        label=gettext_lazy("Words"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 8, "class": "words-ours"}),
        help_text=gettext_lazy("{{ contact.first_name }} and their like stand for what is known of a person."),
    )

    def clean_text(self) -> str:
        """What is wrong with its Liquid, with line and column."""
        text = self.cleaned_data["text"]
        problems = [problem for problem in check(text, "letter") if not problem.warning]
        if problems:
            place = _("Line %(line)s, column %(column)s: %(message)s")
            raise forms.ValidationError(
                [place % {"line": p.line, "column": p.column, "message": p.message} for p in problems]
            )
        return text


class NameForm(forms.Form):
    name = forms.RegexField(r"^[^,]+$", max_length=40, strip=True)


@require_GET
@role("owner", "marketer")
def settings_replies(request: StaffRequest) -> HttpResponse:
    """Two queries."""
    return render(request, "settings/replies.html", {"replies": SavedReply.objects.all(), "tags": Tag.objects.all()})


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def new_reply(request: StaffRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def change_reply(request: StaffRequest, uid: UUID) -> HttpResponse:
    return _edit(request, get_object_or_404(SavedReply, uid=uid))


@require_POST
@role("owner", "marketer")
def delete_reply(request: StaffRequest, uid: UUID) -> HttpResponse:
    saved = get_object_or_404(SavedReply, uid=uid)
    remove_reply(saved)
    toast(request, _("Removed: %(title)s.") % {"title": saved.title})
    return redirect("settings_replies")


@require_POST
@role("owner", "marketer")
def change_tag(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Another name, or away with it."""
    tag, form = get_object_or_404(Tag, uid=uid), NameForm(request.POST)
    if "remove" in request.POST:
        remove_tag(tag, by=request.user, at=clock.now())
        toast(request, _("Removed from all conversations: %(tag)s.") % {"tag": tag})
    elif not form.is_valid():
        toast(request, _("Write a tag of at most 40 characters, without a comma."), wrong=True)
    elif rename_tag(tag, name=form.cleaned_data["name"], by=request.user, at=clock.now()):
        toast(request, _("Saved."))
    else:
        toast(request, _("There is a tag of that name."), wrong=True)
    return redirect("settings_replies")


def _edit(request: StaffRequest, saved: SavedReply | None) -> HttpResponse:
    before = {"title": saved.title, "shortcut": saved.shortcut, "text": saved.text} if saved else {}
    form = ReplyForm(request.POST or None, initial=before)
    if form.is_valid() and _saved(request, form, saved):
        toast(request, _("Saved."))
        return redirect("settings_replies")
    context: dict[str, Any] = {"form": form, "saved": saved}
    return render(request, "settings/reply.html", context, status=400 if form.errors else 200)


def _saved(request: StaffRequest, form: ReplyForm, saved: SavedReply | None) -> bool:
    try:
        save_reply(saved=saved, **form.cleaned_data, by=str(request.user), at=clock.now())
    except TakenShortcut:
        form.add_error("shortcut", _("Another saved reply has this shortcut."))
    except TooManyReplies:
        form.add_error(None, _("There are as many saved replies as there can be. Remove one first."))
    return not form.errors
