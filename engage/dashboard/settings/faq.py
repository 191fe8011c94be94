"""The business's own questions and answers: suggested to colleagues, and sent by themselves where the owner allows."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.business.actions import update_business
from crm.business.queries import fresh_business
from crm.dialogue.actions import keep_faq, remove_faq
from crm.dialogue.actions.faq import MOST, TooCommon, TooMany
from crm.dialogue.faq import matches
from crm.dialogue.models import FaqEntry
from crm.leaving.actions import tick, untick
from crm.leaving.models import Kind, Sign
from engage.dashboard.settings.faq_forms import FaqForm
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@require_GET
@role("owner")
def settings_faq(request: StaffRequest) -> HttpResponse:
    """All of them, and which would be recognised in words that one tries (`?try=`)."""
    tried = request.GET.get("try", "").strip()
    leaving = set(Sign.objects.filter(kind=Kind.FAQ).values_list("ref", flat=True))
    context = {
        "entries": [(entry, str(entry.uid) in leaving) for entry in FaqEntry.objects.all()],
        "by_itself": fresh_business().answers_by_itself,
        "tried": tried,
        "found": matches(tried) if tried else [],
    }
    return render(request, "settings/faq.html", context)


@require_POST
@role("owner")
def switch_faq(request: StaffRequest) -> HttpResponse:
    """Whether any answer may go without a colleague."""
    on = "on" in request.POST
    update_business(by=str(request.user), at=clock.now(), answers_by_itself=on)
    said = _("Answers that are ticked go by themselves from now on.") if on else _("No answer goes by itself any more.")
    toast(request, said)
    return redirect("settings_faq")


@require_http_methods(["GET", "POST"])
@role("owner")
def faq_entry(request: StaffRequest, uid: UUID | None = None) -> HttpResponse:
    """One of them, or a new one."""
    entry = get_object_or_404(FaqEntry, uid=uid) if uid else None
    form = FaqForm(request.POST or None, entry=entry)
    if request.method == "POST" and form.is_valid() and (kept := _keep(request, form, entry)):
        toast(request, _("Kept: %(question)s") % {"question": kept.question})
        return redirect("settings_faq")
    status = 400 if form.errors else 200
    return render(request, "settings/faq_entry.html", {"form": form, "entry": entry}, status=status)


@require_POST
@role("owner")
def drop_faq(request: StaffRequest, uid: UUID) -> HttpResponse:
    entry, by, at = get_object_or_404(FaqEntry, uid=uid), str(request.user), clock.now()
    untick(kind=Kind.FAQ, ref=str(entry.uid), by=by, at=at)
    remove_faq(entry, by=by, at=at)
    toast(request, _("Not recognised any more: %(question)s") % {"question": entry.question})
    return redirect("settings_faq")


def _keep(request: StaffRequest, form: FaqForm, entry: FaqEntry | None) -> FaqEntry | None:
    said, by, at = dict(form.cleaned_data), str(request.user), clock.now()
    leaving = said.pop("leaving")
    try:
        kept = keep_faq(entry, **said, by=by, at=at)
    except TooMany:
        form.add_error(None, _("%(n)d questions are as many as there can be.") % {"n": MOST})
        return None
    except TooCommon as common:
        words = _("“%(way)s” has only words that everybody uses: nothing would recognise it.") % {"way": common.way}
        form.add_error("question" if common.way == said["question"] else "phrasings", words)
        return None
    if leaving:
        tick(kind=Kind.FAQ, ref=str(kept.uid), label=kept.question, by=by, at=at)
    else:
        untick(kind=Kind.FAQ, ref=str(kept.uid), by=by, at=at)
    return kept
