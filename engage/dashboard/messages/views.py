"""Everything we say: what goes out, what was sent and not sent, what Test kept, what could not be read."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from campaigns.channels.models import OnsiteMessage
from campaigns.guards import reasons
from crm.business.queries import business
from crm.dialogue.models import Message
from engage.dashboard.messages import ledger
from engage.dashboard.messages.going_out import going_out
from engage.dashboard.messages.letters import letter_of
from engage.dashboard.messages.origins import origin_texts
from engage.dashboard.messages.stopping import everything_paused
from engage.dashboard.messages.words import TERM_TEXTS, day_bars, finding
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock

PHONE = "phone"
YEARS = range(2000, 3000)
NEW_TAB = '<head><base target="_blank">'
"""Links of a letter open beside the frame that shows it."""

LETTER_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": ["https:", "http:", "data:"],
    "font-src": ["https:", "data:"],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@require_GET
@role("owner", "marketer")
@vary_on_headers("HX-Request")
def messages(request: StaffRequest) -> HttpResponse:
    """Going out: the next seven days by what speaks, and the next in the queue, or what waits for one reason."""
    part = "#queue" if request.htmx else ""
    why = request.GET.get("why", "").replace("\x00", "")
    context: dict[str, object] = {
        "next_out": ledger.next_out(why),
        "why": reasons.NAMES_OF_WAITS.get(why, ""),
        "pause": everything_paused(),
    }
    if not context["why"]:
        found = going_out(clock.now(), ZoneInfo(business().timezone))
        context |= {"going_out": found, "finding": finding(found), "days": day_bars(found)}
    return render(request, f"messages/messages.html{part}", context)


@require_GET
@role("owner", "marketer")
def sent(request: StaffRequest) -> HttpResponse:
    """The ledger: sums by what spoke, and every message with its reason."""
    term, origin, day = request.GET.get("term", ""), _origin(request), _day(request)
    page = ledger.ledger(term=term, origin=origin, day=day, cursor=request.GET.get("cursor", ""))
    context = {
        "accounts": ledger.accounts(),
        "page": page,
        "origin_text": _text_of(origin),
        "cursor": request.GET.get("cursor", ""),
        "terms": [(key, TERM_TEXTS[key]) for key in ledger.SHOWN],
        "filters": [(key, TERM_TEXTS[key]) for key in (*ledger.SHOWN, ledger.TWICE)],
        "term": term,
        "origin": origin,
        "day": day,
    }
    return render(request, "messages/sent.html", context)


@require_GET
@role("owner", "marketer")
@vary_on_headers("HX-Request")
def sent_days(request: StaffRequest) -> HttpResponse:
    """The sums of the last days, of everything or one origin; apart from its page: it looks at many messages."""
    origin = _origin(request)
    context = {
        "days": ledger.last_days(origin, now=clock.now()),
        "terms": [(key, TERM_TEXTS[key]) for key in ledger.SHOWN],
        "origin": origin,
        "text": _text_of(origin),
    }
    return render(request, f"messages/days.html{'#days' if request.htmx else ''}", context)


@require_GET
@role()
def message(request: StaffRequest, uid: UUID) -> HttpResponse:
    """One message: to whom, why, what became of it, and the letter itself."""
    found = _outgoing_or_404(uid)
    parts = list(found.parts.select_related("content").order_by("at", "id"))
    texts = origin_texts({found.origin, *(part.origin for part in parts)})
    context = {
        "message": found,
        "origin": texts[found.origin],
        "again": found.sent_again.order_by("at"),
        "machines": found.touches.exclude(machine="").order_by("at"),
        "onsite": OnsiteMessage.objects.filter(message=found).first() if found.channel == "onsite" else None,
        "parts": [(part, texts[part.origin]) for part in parts],
    }
    return render(request, "messages/message.html", context)


@require_GET
@role()
@xframe_options_sameorigin
@csp_override(LETTER_CSP)
def letter(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The letter alone, for a sandboxed frame: no script runs in it, its links open beside it. Codes and links that
    prove an address are nobody's but its receiver's, once they left."""
    found = _outgoing_or_404(uid)
    if found.klass == Message.Class.SECURITY and found.state != Message.State.KEPT:
        sealed = _("It carries a code or a link that is for its receiver alone.")
        return render(request, "messages/letter.html", {"message": found, "text": sealed})
    written = letter_of(found)
    if written and written.html:
        return HttpResponse(written.html.replace("<head>", NEW_TAB, 1))
    return render(request, "messages/letter.html", {"message": found, "text": written.text if written else found.text})


@require_GET
@role("owner", "marketer")
def outbox(request: StaffRequest) -> HttpResponse:
    """What Test kept, as its reader would see it on a desktop or a phone."""
    page = ledger.kept(request.GET.get("cursor", ""))
    uid = request.GET.get("message", "")
    shown = next((row for row in page.rows if str(row.uid) == uid), page.rows[0] if page.rows else None)
    context = {"page": page, "shown": shown, "phone": request.GET.get("width") == PHONE}
    return render(request, "messages/outbox.html", context)


def _origin(request: StaffRequest) -> str:
    return request.GET.get("origin", "").replace("\x00", "")


def _text_of(origin: str) -> str:
    return origin_texts([origin])[origin] if origin else ""


def _day(request: StaffRequest) -> date | None:
    try:
        asked = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None
    return asked if asked.year in YEARS else None


def _outgoing_or_404(uid: UUID) -> Message:
    known = Message.objects.select_related(
        "contact", "content", "topic", "author", "conversation", "inside", "cost", "task__assignee"
    )
    return get_object_or_404(known, uid=uid, direction=Message.Direction.OUT)
