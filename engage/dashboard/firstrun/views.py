"""The first run: look round the demo shop, or four pages and the first message to yourself."""

from django.contrib.auth import login, logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from crm.business.actions import AlreadyOwned, make_first_owner, update_business
from crm.business.models import User
from crm.business.queries import business, fresh_business
from crm.dialogue.models import Message
from crm.preferences.models import Preference
from engage.dashboard.firstrun import loading
from engage.dashboard.firstrun.defaults import lay_defaults
from engage.dashboard.firstrun.doors import BROUGHT, first_door, nobody_yet
from engage.dashboard.firstrun.erase import NotADemo, erase_demo
from engage.dashboard.firstrun.forms import FirstShopForm, YouForm
from engage.dashboard.firstrun.letter import ORIGIN, write_to_yourself
from engage.dashboard.settings.places import PLACES
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.dashboard.tasks import load_demo
from engage.lib import clock

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STEPS = (
    ("start_you", _("You")),
    ("start_shop", _("Your shop")),
    ("start_people", _("Your people")),
    ("start_write", _("Write to yourself")),
)


@first_door
def start(request: HttpRequest) -> HttpResponse:
    """The first page."""
    return render(request, "firstrun/start.html", {"demo": business().demo})


@require_POST
@first_door
def start_demo(request: HttpRequest) -> HttpResponse:
    """Into the demo shop as its owner; into an empty house the demo is brought first."""
    if nobody_yet() and loading.claim():
        load_demo.delay()
        request.session[BROUGHT] = True
    if loading.is_loading():
        return redirect("start_loading")
    owner = User.objects.filter(role=User.Role.OWNER, is_active=True).order_by("pk").first()
    if not business().demo or owner is None:
        return redirect("start")
    login(request, owner, BACKEND)
    return redirect("home")


@first_door
def start_loading(request: HttpRequest) -> HttpResponse:
    """The demo shop fills; the page asks again by itself until it is there, or says that it failed."""
    is_loading = loading.is_loading()
    by_itself = "HX-Request" in request.headers
    if by_itself and is_loading:
        return HttpResponse(status=204)
    part = "#state" if by_itself else ""
    context = {"loading": is_loading, "failed": not is_loading and nobody_yet()}
    return render(request, f"firstrun/loading.html{part}", context)


@first_door
def start_own(request: HttpRequest) -> HttpResponse:
    """GET asks once more; POST erases the demo and begins with the four pages."""
    if not business().demo:
        return redirect("start_you")
    if request.method == "POST":
        logout(request)
        try:
            erase_demo()
        except NotADemo:
            return redirect("home")
        return redirect("start_you")
    return render(request, "firstrun/own.html")


@first_door
def start_you(request: HttpRequest) -> HttpResponse:
    """1. The owner."""
    if not nobody_yet():
        return redirect("start")
    form = YouForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = make_first_owner(**form.cleaned_data, at=clock.now())
        except AlreadyOwned:
            return redirect("home")
        except ValidationError as error:
            form.add_error(None, error)
        else:
            login(request, user, BACKEND)
            return redirect("start_shop")
    return _page(request, "you", form=form)


@role("owner")
def start_shop(request: StaffRequest) -> HttpResponse:
    """2. The shop; its country sets time zone, currency and language."""
    form = FirstShopForm(request.POST or None, instance=fresh_business())
    if request.method == "POST" and form.is_valid():
        changes = dict(form.cleaned_data)
        if place := PLACES.get(changes["country"]):
            changes |= place._asdict()
        changes.setdefault("sender_name", str(request.user))
        update_business(by=str(request.user), at=clock.now(), **changes)
        lay_defaults(at=clock.now())
        return redirect("start_people")
    return _page(request, "shop", form=form)


@role("owner")
def start_people(request: StaffRequest) -> HttpResponse:
    """3. Where the people come from."""
    return _page(request, "people")


@role("owner")
def start_write(request: StaffRequest) -> HttpResponse:
    """4. GET shows the message once it is written; POST writes it."""
    if request.method == "POST":
        write_to_yourself(user=request.user, business=fresh_business(), at=clock.now())
        return redirect("start_write")
    return _page(request, "write", **_loop(request.user))


@role("owner")
def start_heard(request: StaffRequest) -> HttpResponse:
    """What came of it, by itself: the message, then the answer. 204 while nothing is new since `seen`."""
    loop = _loop(request.user)
    if request.GET.get("seen") == loop["stage"]:
        return HttpResponse(status=204)
    return render(request, "firstrun/write.html#loop", loop)


def _loop(user: User) -> dict[str, object]:
    """`stage` is empty (not written), writing, ready or told. Three queries."""
    letters = Message.objects.filter(origin=ORIGIN, contact__identities__value=user.email.lower())
    letter = letters.order_by("-id").first()
    if letter is None:
        return {"stage": ""}
    told = Preference.objects.filter(contact=letter.contact_id, kind=Preference.Kind.STATED)
    answer = told.select_related("key").order_by("-received").first()
    stage = "told" if answer else "ready" if letter.settled else "writing"
    return {"stage": stage, "letter": letter, "answer": answer}


def _page(request: HttpRequest, page: str, **context: object) -> HttpResponse:
    here = f"start_{page}"
    names = [name for name, _label in STEPS]
    done = names.index(here)
    steps = [{"label": label, "current": name == here, "done": at < done} for at, (name, label) in enumerate(STEPS)]
    return render(request, f"firstrun/{page}.html", {"steps": steps, **context})


@require_POST
@role("owner")
def start_done(request: StaffRequest) -> HttpResponse:
    toast(request, _("Your shop is ready. Get ready, on this page, leads on."))
    return redirect("home")
