"""Behind the gear: the shop, sending, the website, permissions and limits, health."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.channels.email.domain.names import Resolver
from crm.business.actions import create_key, update_business
from crm.business.models import Key
from crm.business.queries import fresh_business
from crm.contacts.models import Topic
from crm.dialogue.actions import sender_stop
from crm.events.actions import start_belt
from crm.events.models import BeltStop, Event
from engage.dashboard.settings.channels import channels_set_up
from engage.dashboard.settings.forms import LimitsForm, SenderForm, ShopForm
from engage.dashboard.settings.health import health
from engage.dashboard.settings.live_checks import checks
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


def _edit(request: StaffRequest, form_class: type[ModelForm], template: str, **context: object) -> HttpResponse:
    """Show one form of the shop's row; when it holds, save it through the action and come back."""
    form = form_class(request.POST or None, instance=fresh_business())
    if request.method == "POST" and form.is_valid():
        update_business(by=str(request.user), at=clock.now(), **form.cleaned_data)
        toast(request, _("Saved."))
        return redirect(request.path)
    return render(request, template, {"form": form, **context})


@role("owner")
def settings_business(request: StaffRequest) -> HttpResponse:
    return _edit(request, ShopForm, "settings/business.html")


@role("owner")
def settings_limits(request: StaffRequest) -> HttpResponse:
    return _edit(request, LimitsForm, "settings/limits.html", topics=Topic.objects.all())


@role("owner")
def settings_sending(request: StaffRequest) -> HttpResponse:
    """The sender, and the step from Test to Live with what is missing for it."""
    return _edit(
        request,
        SenderForm,
        "settings/sending.html",
        shop=fresh_business(),
        stop=sender_stop(),
        channels=channels_set_up(),
    )


@role("owner")
def live_checklist(request: StaffRequest) -> HttpResponse:
    """What is missing for Live; apart from its page, because name servers are asked."""
    found = checks(fresh_business(), Resolver())
    missing = [check for check in found if check.ok is False]
    return render(request, "settings/sending.html#checklist", {"checks": found, "missing": missing})


@require_POST
@role("owner")
def go_live(request: StaffRequest) -> HttpResponse:
    shop = fresh_business()
    if shop.demo:
        toast(request, _("A demo shop never writes to anybody. Start with your own first."), wrong=True)
    elif missing := [check.title for check in checks(shop, Resolver()) if check.ok is False]:
        toast(request, _("Nothing was changed. Still missing: %(what)s") % {"what": "; ".join(missing)}, wrong=True)
    else:
        update_business(by=str(request.user), at=clock.now(), live=True)
        toast(request, _("Live: messages go to customers now."), undo=reverse("back_to_test"))
    return redirect("settings_sending")


@require_POST
@role("owner")
def back_to_test(request: StaffRequest) -> HttpResponse:
    update_business(by=str(request.user), at=clock.now(), live=False)
    toast(request, _("Test: messages go to the Outbox page."))
    return redirect("settings_sending")


@role("owner")
def settings_website(request: StaffRequest) -> HttpResponse:
    """The script for the shop's pages, and what was heard from it last."""
    key = Key.objects.filter(kind=Key.Kind.SITE, revoked=None).order_by("-pk").first()
    if request.method == "POST":
        if key is None:
            create_key(kind=Key.Kind.SITE, name=_("Website"), by=request.user)
        return redirect("settings_website")
    context = {"key": key, "snippet": _snippet(key) if key else "", "heard": _heard()}
    return render(request, "settings/website.html", context)


@role("owner")
def website_heard(request: StaffRequest) -> HttpResponse:
    return render(request, "settings/website.html#heard", {"heard": _heard()})


def _snippet(key: Key) -> str:
    return f'<script async src="{settings.PUBLIC_URL}/w/{key.public}.js"></script>'


def _heard() -> list[Event]:
    found = Event.objects.exclude(source__in=["derived", "import"]).select_related("contact")
    return list(found.order_by("-id")[:8])


@role("owner", "marketer")
def settings_health(request: StaffRequest) -> HttpResponse:
    return render(request, "settings/health.html", {"health": health(clock.now())})


@require_POST
@role("owner")
def restart_belt(request: StaffRequest, belt: str) -> HttpResponse:
    stop = get_object_or_404(BeltStop, belt=belt, lifted=None)
    start_belt(stop.belt, by=str(request.user), at=clock.now())
    toast(request, _("It runs again. What waited is worked off now."))
    return redirect("settings_health")


@require_POST
@role("owner")
def add_topic(request: StaffRequest) -> HttpResponse:
    """A further thing that people say yes or no to."""
    label = request.POST.get("label", "").strip()
    key = request.POST.get("key", "").strip()
    topic = Topic(key=key, label=label, position=Topic.objects.count())
    try:
        topic.full_clean()
    except ValidationError as error:
        toast(request, " ".join(error.messages), wrong=True)
    else:
        topic.save()
        toast(request, _("Added: %(topic)s. Nobody has agreed to it yet.") % {"topic": label})
    return redirect("settings_limits")
