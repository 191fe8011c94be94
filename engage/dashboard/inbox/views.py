"""Where staff answer customers. Open to everybody who has signed in."""

from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from campaigns.channels import port
from crm.business.models import User
from crm.business.queries import has_teams
from crm.contacts.models import Contact, Identity
from crm.dialogue import queries
from crm.dialogue.models import AnswerDraft, Conversation, Team
from engage.dashboard.inbox.away import away_now
from engage.dashboard.inbox.forms import AnswerForm, NoteForm, many
from engage.dashboard.inbox.held import LATER, held_rows
from engage.dashboard.inbox.later import CHOICES
from engage.dashboard.inbox.lists import chosen, listing, number
from engage.dashboard.inbox.suggesting import chosen_answer, suggestions
from engage.dashboard.inbox.thread import tags_of, thread
from engage.dashboard.inbox.ways import Way, is_before_visitor, way
from engage.dashboard.person.summary import on_closing, summary
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role


@require_GET
@role()
@vary_on_headers("HX-Request")
def inbox(request: StaffRequest) -> HttpResponse:
    """One of the lists; for htmx the rows alone, also beside the conversation `current`."""
    current = request.GET.get("current", "")
    part = "#list" if request.htmx else ""
    found = listing(request, chosen(request))
    context = {"listing": found, "current": current, "choosing": not current}
    return render(
        request, f"inbox/inbox.html{part}", context | {"many": [] if request.htmx else many(found.known_tags)}
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
        context = {"conversation": found, "thread": words, "held": held, "seen": seen}
        context["visitor_here"] = is_before_visitor(found)
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
    beside = listing(request, found.state)
    mine, left = _drafts(request, found)
    colleagues = list(User.objects.filter(is_active=True).order_by("name", "email"))
    answered = way(found)
    context = {
        "conversation": found,
        "thread": words,
        "listing": beside,
        "summary": person,
        "held": person.held,
        "held_rows": held_rows(person.held),
        "replans": LATER.items(),
        "on_closing": on_closing(),
        "way": answered,
        "visitor_here": answered.here,
        "owner_of_address": _somebody_else(found.contact, answered),
        "answer": answer or AnswerForm(initial={"seen": words.last, "text": _begun(request, mine, left)}),
        "suggestions": suggestions(found, words),
        "left": left,
        "note": note or NoteForm(auto_id="note_%s"),
        **tags_of(found, words, beside.known_tags),
        "others": queries.others_of(found),
        "blocked": queries.is_blocked(found.contact_id),
        "seen": seen,
        "moved": seen is not None and words.has_new,
        "later": [(key, label) for key, (label, _day) in CHOICES.items()],
        "colleagues": colleagues,
        "teams": list(Team.objects.all()) if has_teams() else None,
        "away": away_now() if has_teams() else frozenset(),
        "names": {str(colleague.uid): str(colleague) for colleague in colleagues} | _visitor(found, answered),
    }
    return render(request, "inbox/conversation.html", context, status=status)


def _begun(request: StaffRequest, mine: list[AnswerDraft], left: list[AnswerDraft]) -> str:
    """Their draft, below it the answer that they chose from the shop's list (`?use=`), and what was left (`?left=`)."""
    others = left if request.GET.get("left") else []
    chosen = chosen_answer(request.GET.get("use", ""))
    return "\n\n".join(filter(None, [*(one.text for one in mine), chosen, *(one.text for one in others)]))


def _drafts(request: StaffRequest, found: Conversation) -> tuple[list[AnswerDraft], list[AnswerDraft]]:
    """What the reader has begun to answer, and what colleagues had who cannot sign in any more. One query."""
    shown = Q(colleague=request.user) | Q(colleague__is_active=False)
    drafts = list(AnswerDraft.objects.filter(shown, conversation=found).select_related("colleague").order_by("-at"))
    mine = [one for one in drafts if one.colleague_id == request.user.pk]
    return mine, [one for one in drafts if one.colleague_id != request.user.pk]


def conversation_or_404(uid: UUID) -> Conversation:
    return get_object_or_404(Conversation.objects.select_related("contact", "assignee", "team", "clock"), uid=uid)


def _visitor(found: Conversation, answered: Way) -> dict[str, str]:
    """Whom colleagues see writing in the chat."""
    return {str(answered.visit.uid): found.contact.name or _("The visitor")} if answered.visit else {}


def _somebody_else(contact: Contact, answered: Way) -> Contact | None:
    """Who has proved to own an address that this person only claims."""
    kind = port.channel(answered.channel).reached_by or Identity.Kind.EMAIL
    proved = Identity.objects.filter(kind=kind, value=answered.address).exclude(proof="")
    owner = proved.exclude(contact=contact).select_related("contact").first()
    return owner.contact if owner else None
