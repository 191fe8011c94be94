"""Where staff answer customers. Open to everybody who has signed in."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from crm.business.models import User
from crm.contacts.models import Contact, Identity
from crm.dialogue import queries
from crm.dialogue.models import Conversation
from engage.dashboard.inbox.forms import AnswerForm, NoteForm
from engage.dashboard.inbox.later import CHOICES
from engage.dashboard.inbox.lists import chosen, listing, number
from engage.dashboard.inbox.thread import thread
from engage.dashboard.person.summary import on_closing, summary
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role


@require_GET
@role()
@vary_on_headers("HX-Request")
def inbox(request: StaffRequest) -> HttpResponse:
    """One of the lists; for htmx the rows alone."""
    part = "#list" if request.htmx else ""
    return render(
        request,
        f"inbox/inbox.html{part}",
        {"listing": listing(request, chosen(request)), "current": request.GET.get("current", "")},
    )


@require_GET
@role()
@vary_on_headers("HX-Request")
def conversation(request: StaffRequest, uid: UUID) -> HttpResponse:
    """One conversation, its list and its person; for htmx the thread alone."""
    found = conversation_or_404(uid)
    if request.htmx:
        held = queries.held_by_dialogue([found.contact_id]).get(found.contact_id, [])
        seen = number(request.GET.get("seen", "")) or None
        words = thread(found, seen=seen)
        context = {"conversation": found, "thread": words, "held": held, "on_closing": on_closing(), "seen": seen}
        return render(request, "inbox/conversation.html#thread", context)
    return show(request, found)


def show(
    request: StaffRequest,
    found: Conversation,
    *,
    answer: AnswerForm | None = None,
    note: NoteForm | None = None,
    seen: int | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page, also again after a form that could not be taken. `seen` marks what came later as new."""
    words, person = thread(found, seen=seen), summary(found.contact, role=str(request.user.role))
    address = queries.address_to_answer(found.contact_id)
    context = {
        "conversation": found,
        "thread": words,
        "listing": listing(request, found.state),
        "summary": person,
        "held": person.held,
        "on_closing": on_closing(),
        "address": address,
        "owner_of_address": _somebody_else(found.contact, address),
        "answer": answer or AnswerForm(initial={"seen": words.last}),
        "note": note or NoteForm(auto_id="note_%s"),
        "seen": seen,
        "moved": seen is not None and words.has_new,
        "later": [(key, label) for key, (label, _day) in CHOICES.items()],
        "colleagues": User.objects.filter(is_active=True).order_by("name", "email"),
    }
    return render(request, "inbox/conversation.html", context, status=status)


def conversation_or_404(uid: UUID) -> Conversation:
    return get_object_or_404(Conversation.objects.select_related("contact", "assignee"), uid=uid)


def _somebody_else(contact: Contact, address: str) -> Contact | None:
    """Who has proved to own an address that this person only claims."""
    proved = Identity.objects.filter(kind=Identity.Kind.EMAIL, value=address).exclude(proof="")
    owner = proved.exclude(contact=contact).select_related("contact").first()
    return owner.contact if owner else None
