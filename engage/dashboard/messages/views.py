"""Everything we say: what goes out, what was sent and not sent, what Test kept, what could not be read."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from crm.dialogue.models import Message
from engage.dashboard.messages import ledger
from engage.dashboard.messages.letters import letter_of
from engage.dashboard.messages.origins import origin_texts
from engage.dashboard.messages.words import TERM_TEXTS
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role

PHONE = "phone"
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
    """Going out: the queue by what speaks, and the next in it."""
    part = "#queue" if request.htmx else ""
    context = {"queue": ledger.queue(), "next_out": ledger.next_out(), "look": ledger.QUEUE_LOOK}
    return render(request, f"messages/messages.html{part}", context)


@require_GET
@role("owner", "marketer")
def sent(request: StaffRequest) -> HttpResponse:
    """The ledger: sums by what spoke, and every message with its reason."""
    term, origin = request.GET.get("term", ""), request.GET.get("origin", "")
    page = ledger.ledger(term=term, origin=origin, cursor=request.GET.get("cursor", ""))
    context = {
        "accounts": ledger.accounts(),
        "page": page,
        "texts": origin_texts({message.origin for message in page.rows} | ({origin} if origin else set())),
        "terms": [(key, TERM_TEXTS[key]) for key in ledger.SHOWN],
        "term": term,
        "origin": origin,
    }
    return render(request, "messages/sent.html", context)


@require_GET
@role()
def message(request: StaffRequest, uid: UUID) -> HttpResponse:
    """One message: to whom, why, what became of it, and the letter itself."""
    found = _outgoing_or_404(uid)
    return render(request, "messages/message.html", {"message": found, "origin": origin_texts([found.origin])})


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


def _outgoing_or_404(uid: UUID) -> Message:
    known = Message.objects.select_related("contact", "content", "topic", "author", "conversation")
    return get_object_or_404(known, uid=uid, direction=Message.Direction.OUT)
