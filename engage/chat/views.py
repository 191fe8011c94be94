"""The chat's frame on the owner's site. No cookie, no login: a signed token is all the authority there is.

What a visitor reads is what stands in their own chat (`ChatLine`), never what else was said with the same person: so
whoever gives somebody else's address has nothing of theirs.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from crm.business.models import Key
from crm.business.queries import business
from crm.dialogue import actions, presence
from crm.dialogue.actions.chatting import known_chat
from crm.dialogue.actions.placing import tell_visitor
from crm.dialogue.chat import chat_lines, stream_of, to_rate, visit_that_said
from crm.dialogue.forms import RatingForm
from crm.dialogue.identified import named
from crm.dialogue.models import ChatVisit, Conversation, Message
from crm.events import keys
from engage.chat import asking, places, sessions
from engage.chat.forms import AddressForm, WordsForm
from engage.chat.showing import context, talk
from engage.lib import clock
from engage.lib.patience import PASSING
from engage.lib.public import embeddable, public, too_often
from engage.lib.spoken import speak, spoken
from engage.lib.streaming import respond
from engage.lib.tokens import BadToken

MINUTE = 60
LINES, LINES_OF_ADDRESS = 30, 240
"""Lines in a minute: of one visitor, and of all who come from one network address."""
BEGUN, BEGUN_SECONDS = 20, 600
"""Chats that begin from one network address within ten minutes."""
LOOKS, ADDRESSES = 120, 10

type View = Callable[[HttpRequest, str], HttpResponse]


def of_site(view: View) -> View:
    """For a site key that is there, in the language of the page (`?lang=`). What can pass is told; nothing is lost."""

    @wraps(view)
    def spoken(request: HttpRequest, site: str) -> HttpResponse:
        if keys.kind_of(site) != Key.Kind.SITE:
            raise Http404
        with speak(request.GET.get("lang", "")):
            try:
                return view(request, site)
            except PASSING:
                return _refused(_("We could not take this just now. Your words are still here: please try again."), 503)

    return spoken


def at_most(name: str, limit: int, seconds: int) -> Callable[[View], View]:
    """So often within `seconds`, of one visitor; of one network address while there is none. No query."""

    def limited(view: View) -> View:
        @wraps(view)
        def asked(request: HttpRequest, site: str) -> HttpResponse:
            if too_often(name, _who(request, clock.now()), limit=limit, seconds=seconds):
                return _refused(_too_much(), 429)
            return view(request, site)

        return asked

    return limited


@public
@require_safe
@of_site
def chat_frame(request: HttpRequest, site: str) -> HttpResponse:
    """What the button opens. It asks nothing of the database but the shop, and knows nobody yet."""
    shop = business()
    if not shop.chat_on:
        return embeddable(render(request, "chat/closed.html", {"shop": shop}), shop.chat_sites)
    own = request.build_absolute_uri("/")[:-1]
    shown = context(site, None, at=clock.now()) | {"sites": [*shop.chat_sites, own]}
    return embeddable(render(request, "chat/frame.html", shown), shop.chat_sites)


@public
@require_POST
@of_site
@at_most("chat_look", LOOKS, MINUTE)
def begin(request: HttpRequest, site: str) -> HttpResponse:
    """The frame was opened: the chat of whom the owner's server names, else the one whose token the frame has kept."""
    at = clock.now()
    known = named(request.POST.get("person", ""), at=at)
    visit = known_chat(known.keys) if known else _kept(request, at)
    return talk(request, site, visit, at=at, seen=_sees(request))


@public
@require_POST
@of_site
def say(request: HttpRequest, site: str) -> HttpResponse:
    """The visitor's words. When the answer shows them, they stand in the inbox."""
    at = clock.now()
    if _says_too_much(request, at):
        return _refused(_too_much(), 429)
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _refused(str(form.errors["text"][0]) if "text" in form.errors else _("Write a few words first."), 400)
    words = form.cleaned_data
    visit = _visit(request, words["once"], at)
    if visit is None:
        return _refused(_too_much(), 429)
    actions.say_in_chat(visit=visit, text=words["text"], page=words["page"], uid=words["once"], at=at)
    return talk(request, site, visit, at=clock.now(), said=request.POST.get("once", ""))


@public
@require_POST
@of_site
@at_most("chat_look", LOOKS, MINUTE)
def lines(request: HttpRequest, site: str) -> HttpResponse:
    """The lines again, after something was heard of new ones."""
    at = clock.now()
    return talk(request, site, sessions.find(_token(request), at=at), at=at, seen=_sees(request))


@public
@require_POST
@of_site
@at_most("chat_address", ADDRESSES, BEGUN_SECONDS)
def address(request: HttpRequest, site: str) -> HttpResponse:
    """Where the answer goes when they have left. It is a claim, and opens nothing."""
    at = clock.now()
    form, visit = AddressForm(request.POST), sessions.find(_token(request), at=at)
    if visit is None:
        return _refused(_("Write a few words first."), 400)
    if not form.is_valid():
        return _refused(_("This does not look like an e-mail address."), 400)
    actions.give_address(visit=visit, address=form.cleaned_data["email"], name=form.cleaned_data["name"], at=at)
    return talk(request, site, visit, at=at)


@public
@require_POST
@of_site
def tap(request: HttpRequest, site: str) -> HttpResponse:
    """An automatic answer helped, or did not: a person, please."""
    at = clock.now()
    visit = sessions.find(_token(request), at=at)
    if visit is None or too_often("chat_tap", _who(request, at), limit=LOOKS, seconds=MINUTE):
        return _refused(_too_much(), 429)
    said = visit.lines.order_by("-message").values("message__conversation")[:1]
    if conversation := Conversation.objects.filter(pk__in=said).first():
        deed = actions.was_helped if "helped" in request.POST else actions.want_person
        deed(conversation=conversation, at=at)
    return talk(request, site, visit, at=at)


@public
@require_POST
@of_site
def stars(request: HttpRequest, site: str) -> HttpResponse:
    """How the conversation was that is done: it counts once, and is the same as the stars that a letter asks for."""
    at = clock.now()
    form, visit = RatingForm(request.POST), sessions.find(_token(request), at=at)
    if visit is None or too_often("chat_tap", _who(request, at), limit=LOOKS, seconds=MINUTE):
        return _refused(_too_much(), 429)
    asked = to_rate(chat_lines(visit, at=at), at=at)
    if asked and form.is_valid() and request.POST.get("of") == str(asked.uid):
        actions.rate(conversation=asked, stars=form.cleaned_data["stars"], at=at)
        tell_visitor(visit.uid)
    return talk(request, site, visit, at=clock.now())


@public
@require_POST
@of_site
def asked(request: HttpRequest, site: str) -> HttpResponse:
    """A question that a colleague asks with an answer is answered with one tap, or not to be remembered."""
    at = clock.now()
    visit = sessions.find(_token(request), at=at)
    if visit is None or too_often("chat_tap", _who(request, at), limit=LOOKS, seconds=MINUTE):
        return _refused(_too_much(), 429)
    if message := _asking(visit, request.POST.get("of", "")):
        if "dont" in request.POST:
            asking.dont_remember(message=message, at=at)
        else:
            no = request.POST.get("no", "")
            asking.answer(visit=visit, message=message, no=no, language=_language(request), at=at)
        tell_visitor(visit.uid)
    return talk(request, site, visit, at=clock.now())


@public
@require_POST
@of_site
def writes(request: HttpRequest, site: str) -> HttpResponse:
    """They are writing: whoever has the conversation before them sees it. Nothing is kept of it."""
    at = clock.now()
    if not too_often("chat_writes", _who(request, at), limit=LINES, seconds=MINUTE):
        visit = sessions.find(_token(request), at=at)
        if visit:
            actions.tell_colleagues_of_writing(visit=visit)
    return HttpResponse(status=204)


@public
@require_POST
@of_site
def gone(request: HttpRequest, site: str) -> HttpResponse:
    """Their page was left. No query."""
    if visit := sessions.read(_token(request), at=clock.now()):
        presence.note_gone(visit)
    return HttpResponse(status=204)


@require_GET
def live(request: HttpRequest, token: str) -> HttpResponseBase:
    """Server-sent events: that there is something new, and that somebody writes. No words, and no query."""
    try:
        visit = sessions.read_live(token)
    except BadToken as error:
        raise Http404 from error
    if too_often("chat_live", visit.hex, limit=LINES, seconds=MINUTE):
        return HttpResponse(status=429)
    here, cut = partial(presence.note_here, visit), partial(presence.note_cut, visit)
    return respond(stream_of(visit), places.places, here, cut)


def _visit(request: HttpRequest, words: UUID, at: datetime) -> ChatVisit | None:
    """The chat that new words belong to; a new one for whom nobody knows, None where too many began. Words that are
    there already, because our answer to them was lost, belong where they are."""
    language = _language(request)
    if known := named(request.POST.get("person", ""), at=at):
        return actions.begin_proved_chat(keys=known.keys, name=known.name, language=language, at=at)
    if visit := sessions.find(_token(request), at=at) or visit_that_said(words):
        return visit
    if too_often("chat_begun", request.META["REMOTE_ADDR"], limit=BEGUN, seconds=BEGUN_SECONDS):
        return None
    return actions.begin_chat(language=language, at=at)


def _asking(visit: ChatVisit, of: str) -> Message | None:
    """A line of ours that stands in this chat."""
    try:
        uid = UUID(of)
    except ValueError:
        return None
    found = Message.objects.filter(uid=uid, direction=Message.Direction.OUT, chat_line__visit=visit)
    return found.select_related("contact", "author").first()


def _kept(request: HttpRequest, at: datetime) -> ChatVisit | None:
    """What a frame kept is good only for whom nobody named."""
    visit = sessions.find(_token(request), at=at)
    return visit if visit and not visit.proved else None


def _says_too_much(request: HttpRequest, at: datetime) -> bool:
    """No query: it must cost nothing to refuse."""
    if too_often("chat_of", request.META["REMOTE_ADDR"], limit=LINES_OF_ADDRESS, seconds=MINUTE):
        return True
    return too_often("chat", _who(request, at), limit=LINES, seconds=MINUTE)


def _who(request: HttpRequest, at: datetime) -> str:
    visit: UUID | None = sessions.read(_token(request), at=at)
    return visit.hex if visit else request.META["REMOTE_ADDR"]


def _token(request: HttpRequest) -> str:
    return request.POST.get("visit", "")


def _sees(request: HttpRequest) -> bool:
    return request.POST.get("seen") != "0"


def _language(request: HttpRequest) -> str:
    """Theirs, where it is one that we speak."""
    return spoken(request.GET.get("lang", ""))


def _too_much() -> str:
    return _("That was a lot at once. Your words are still here: please try again in a minute.")


def _refused(text: str, status: int) -> HttpResponse:
    """What was not taken, and why; the words stay where they are."""
    return HttpResponse(
        text,
        status=status,
        content_type="text/plain; charset=utf-8",
        headers={"HX-Retarget": "#trouble", "HX-Reswap": "textContent"},
    )
