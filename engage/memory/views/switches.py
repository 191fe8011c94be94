"""The page behind the link of a message: topics and switches, and the way to everything else."""

from collections.abc import Callable
from datetime import timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from crm.business.queries import business
from crm.contacts.evidence import OWN_PAGE
from crm.dialogue.links import memory_path, talk_path
from crm.preferences.frequency import FEWER, FEWER_A_WEEK, NORMAL
from engage.lib import clock, device
from engage.lib.public import came_from, notice, public, too_often
from engage.lib.spoken import speak
from engage.memory import address, mail, switches
from engage.memory.links import BadLink, Guest, read_memory, read_you, sign_proof

DONE = {
    "topics": gettext_lazy("Saved. From now on this is what we write to you about."),
    "paused": gettext_lazy("We will not write to you until then, except to answer you and about your orders."),
    "stopped": gettext_lazy("We have stopped. We only write to answer you, and about your orders."),
    "resumed": gettext_lazy("We may write to you again."),
    "fewer": gettext_lazy("We will write to you at most once a week."),
    "late": gettext_lazy("An hour has passed since the code: please ask for a new one. Nothing was changed."),
    "normal": gettext_lazy("We will write to you as often as before."),
}
PAUSE_LABELS = {
    "week": gettext_lazy("For a week"),
    "month": gettext_lazy("For a month"),
    "season": gettext_lazy("For three months"),
}


@public
@require_safe
def you(request: HttpRequest, token: str) -> HttpResponse:
    """The short way here, from where each character counts."""
    try:
        message = read_you(token)
    except BadLink:
        return bad_link(request)
    return HttpResponseRedirect(memory_path(message.contact.uid, message.uid, at=message.at))


@public
@require_safe
def memory(request: HttpRequest, token: str) -> HttpResponse:
    """Topics and switches; nothing of what we know, because mail gets forwarded. Eight queries."""
    at = clock.now()
    try:
        guest = read_memory(token, at)
    except BadLink:
        return bad_link(request)
    with speak(guest.contact.language):
        if guest.expired:
            return _too_old(request, guest, token)
        pause = switches.standing_pause(guest.contact, at)
        context = {
            "token": token,
            "ways": [(name, switches.WAYS[name], said) for name, said in switches.ways(guest.contact).items() if said],
            "pause": pause,
            "fewer": switches.wants_fewer(guest.contact),
            "could_be_fewer": business().weekly_cap > FEWER_A_WEEK,
            "tomorrow": at + timedelta(days=1),
            "pauses": PAUSE_LABELS.items(),
            "done": DONE.get(request.GET.get("done", ""), ""),
            "reachable": bool(address.of(guest.contact, guest.message)),
            "everything": _everything(request, guest),
            "talk_url": talk_path(guest.message),
        }
        return render(request, "memory/switches.html", context)


def _everything(request: HttpRequest, guest: Guest) -> str:
    """On a device that they asked us to remember, the way in needs no code."""
    at = clock.now()
    if not device.is_known(request, str(guest.contact.uid), at=at):
        return ""
    return reverse("everything", args=[sign_proof(guest, at)])


def _too_old(request: HttpRequest, guest: Guest, token: str) -> HttpResponse:
    to = address.of(guest.contact, guest.message)
    context = {"token": token, "masked": address.masked(to) if to else ""}
    return render(request, "memory/too_old.html", context, status=410)


def bad_link(request: HttpRequest) -> HttpResponse:
    text = _("A mail program may have cut it. Open it again from the mail, or write to us.")
    return notice(
        request, _("This link does not work"), text, status=404, link=(reverse("talk"), _("Write to a person"))
    )


type Act = Callable[[HttpRequest, Guest], str]


def switch(act: Act) -> Callable[[HttpRequest, str], HttpResponse]:
    """A POST that carries out `act`, which returns what to say afterwards: a key of DONE, or '' if it made no sense."""

    @public
    @require_POST
    def view(request: HttpRequest, token: str) -> HttpResponse:
        try:
            guest = read_memory(token, clock.now())
        except BadLink:
            return bad_link(request)
        with speak(guest.contact.language):
            done = "" if guest.expired else act(request, guest)
        return HttpResponseRedirect(f"{reverse('memory', args=[token])}{f'?done={done}' if done else ''}", status=303)

    return view


@switch
def topics(request: HttpRequest, guest: Guest) -> str:
    """Of each channel that stood on the page: `topic` holds those of e-mail, `topic-sms` those of text messages."""
    for channel in switches.WAYS.keys() & set(request.POST.getlist("way") or ["email"]):
        chosen = request.POST.getlist("topic" if channel == "email" else f"topic-{channel}")
        ledger = switches.Ledger(OWN_PAGE, came_from(request), channel)
        switches.set_topics(contact=guest.contact, granted=chosen, ledger=ledger, at=clock.now())
    return "topics"


@switch
def pause(request: HttpRequest, guest: Guest) -> str:
    at = clock.now()
    until = switches.pause_end(request.POST.get("span", ""), request.POST.get("until", ""), at)
    if until is None:
        return ""
    switches.pause_until(contact=guest.contact, until=until, at=at)
    return "paused"


@switch
def stop(request: HttpRequest, guest: Guest) -> str:
    switches.stop(contact=guest.contact, at=clock.now())
    return "stopped"


@switch
def resume(request: HttpRequest, guest: Guest) -> str:
    switches.resume(contact=guest.contact, at=clock.now())
    return "resumed"


@switch
def frequency(request: HttpRequest, guest: Guest) -> str:
    value = FEWER if request.POST.get("value") == FEWER else NORMAL
    switches.set_frequency(contact=guest.contact, value=value, at=clock.now())
    return value


@public
@require_POST
def fresh_link(request: HttpRequest, token: str) -> HttpResponse:
    """Send the link again, to the address it belongs to and nowhere else."""
    at = clock.now()
    try:
        guest = read_memory(token, at)
    except BadLink:
        return bad_link(request)
    with speak(guest.contact.language):
        to = address.of(guest.contact, guest.message)
        if to and not too_often("memory-link", str(guest.contact.uid), limit=3, seconds=3600):
            mail.send_link(guest, address=to, at=at)
        text = _("If the address is still yours, a fresh link arrives there within a minute or two.")
        return notice(request, _("Look into your mail"), text)
