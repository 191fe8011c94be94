"""The chat on the owner's site: on or off, where it may stand, the line to paste, and who its visitors are."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.business.actions import create_key, update_business
from crm.business.models import Key
from crm.business.queries import fresh_business
from crm.dialogue.identified import make_chat_secret
from crm.dialogue.links import talk_path
from crm.dialogue.models import ChatSecret
from engage.dashboard.settings.chat_forms import ChatForm
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@require_http_methods(["GET", "POST"])
@role("owner")
def settings_chat(request: StaffRequest) -> HttpResponse:
    form = ChatForm(request.POST or None, instance=fresh_business())
    if request.method == "POST" and form.is_valid():
        update_business(by=str(request.user), at=clock.now(), **form.cleaned_data)
        if form.cleaned_data["chat_on"] and site_key() is None:
            create_key(kind=Key.Kind.SITE, name=_("Website"), by=request.user)
        toast(request, _("Saved. Browsers that know the button already follow within an hour."))
        return redirect("settings_chat")
    return _page(request, form)


@require_POST
@role("owner")
def new_chat_secret(request: StaffRequest) -> HttpResponse:
    """What the shop's server signs with who somebody is: shown on this answer and on no other page."""
    return _page(request, ChatForm(instance=fresh_business()), make_chat_secret(by=str(request.user), at=clock.now()))


@require_GET
@role("owner")
def preview_chat(request: StaffRequest) -> HttpResponse:
    """A page with nothing but the button, as on a site."""
    return render(request, "settings/chat_preview.html", {"shop": fresh_business(), "key": site_key()})


def site_key() -> Key | None:
    return Key.objects.filter(kind=Key.Kind.SITE, revoked=None).order_by("-pk").first()


def _page(request: StaffRequest, form: ChatForm, secret: str = "") -> HttpResponse:
    key, home = site_key(), settings.PUBLIC_URL
    script = f"{home}/w/chat/{key.public}.js" if key else ""
    context = {
        "form": form,
        "shop": fresh_business(),
        "key": key,
        "snippet": _SNIPPET.format(script=script, talk=home + talk_path(), words=_("Write to us")),
        "site_script": f'<script async src="{home}/w/{key.public}.js"></script>' if key else "",
        "policy": f"script-src {home}; frame-src {home}",
        "own_link": f'<a href="{home}{talk_path()}" data-engage-chat>{_("Write to us")}</a>',
        "claims": _CLAIMS,
        "person": _PERSON,
        "made": ChatSecret.objects.first(),
        "secret": secret,
    }
    answer = render(request, "settings/chat.html", context, status=400 if form.errors else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer


_SNIPPET = """<script async src="{script}"></script>
<noscript><a href="{talk}">{words}</a></noscript>"""
_CLAIMS = """{"sub": "4711", "email": "her@example.com", "name": "Her Name", "exp": 1767225600}"""
_PERSON = """<body data-engage-person="eyJhbGciOiJIUzI1NiIs…">"""
