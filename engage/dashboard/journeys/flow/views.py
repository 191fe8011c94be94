"""The editor: a journey as a flow of cards. Every change is saved to the draft at once."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import push_url

from campaigns.journeys import actions, queries
from campaigns.journeys.drafts import edit_draft, mark, overtaken_by, redo_edit, undo_edit
from campaigns.journeys.edits import Refused, WouldLose
from campaigns.journeys.models import Journey
from engage.dashboard.journeys.drafting import EXAMPLE
from engage.dashboard.journeys.flow.cards import Flow, flow_of
from engage.dashboard.journeys.flow.commands import carry_out
from engage.dashboard.journeys.flow.kinds import ADVANCED, FIRST, ICONS, NAMES
from engage.dashboard.journeys.flow.overtaken import what_changed
from engage.dashboard.journeys.flow.panel import Panel, connections, panel_of
from engage.dashboard.journeys.one import journey_or_404
from engage.dashboard.rules.editor import LOOK
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock
from engage.lib.former import NothingLeft, Overtaken, can_go_back, once_more

KINDS = [(kind, NAMES[kind], ICONS[kind]) for kind in FIRST]
BACK = {"undo": undo_edit, "redo": redo_edit}
MORE_KINDS = [(kind, NAMES[kind], ICONS[kind]) for kind in ADVANCED]


@dataclass(frozen=True)
class Question:
    """What must be said before steps are lost: `do` does it."""

    do: str
    lost: list[str]


@dataclass
class Answer:
    """What the page says of the last press."""

    open: str = ""
    refused: str = ""
    question: Question | None = None
    saved: bool = False
    changed: list[str] | None = None
    status: int = 200


@require_POST
@role("owner", "marketer")
def new_flow(request: StaffRequest) -> HttpResponse:
    """A journey of one's own, to be changed."""
    by, at = str(request.user), clock.now()
    made = actions.create_journey(name=_("A journey"), draft=EXAMPLE, by=by, at=at)
    return redirect("journey_flow", made.uid)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def flow(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The cards; a POST does what the pressed button says (`do`)."""
    found = journey_or_404(uid)
    if request.method != "POST":
        return _page(request, found, Answer())
    answer = _do(request, found)
    if request.htmx or answer.status != 200:
        return push_url(_page(request, found, answer), _url(found, answer.open))
    return redirect(_url(found, answer.open))


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def flow_card(request: StaffRequest, uid: UUID, open: str) -> HttpResponse:
    """The cards with one form open in its place; a POST saves it as it is typed."""
    found = journey_or_404(uid)
    panel = panel_of(found.draft, open, str(request.user.role))
    if not panel.kind:
        raise Http404
    if request.method != "POST":
        return _page(request, found, Answer(open))
    return _save(request, found, open)


def _do(request: StaffRequest, found: Journey) -> Answer:
    return once_more(lambda: _try(request, found), lambda answer: _is_own(request, found, answer))


def _is_own(request: StaffRequest, found: Journey, answer: Answer) -> bool:
    """Whether it was overtaken by what the same colleague saved."""
    return answer.changed is not None and _seen(request, found) == mark(found.draft)


def _try(request: StaffRequest, found: Journey) -> Answer:
    do, seen = request.POST.get("do", ""), _seen(request, found)
    by, at = str(request.user), clock.now()
    try:
        if do in BACK:
            BACK[do](found, seen=seen, by=by, at=at)
            return Answer(saved=True)
        done = carry_out(do, flow_of(found), request.POST, queries.step_names(found))
        edit_draft(found, draft=done.draft, seen=seen, by=by, at=at)
        return Answer(done.open, saved=True)
    except WouldLose as asks:
        return Answer(question=Question(f"sure:{do.removeprefix('sure:')}", _sentences(found, asks.steps)), status=409)
    except Refused as refused:
        return Answer(refused=str(refused), status=400)
    except NothingLeft:
        return Answer(refused=_("There is nothing more to have back."), status=400)
    except Overtaken:
        return _overtaken(request, found)


def _save(request: StaffRequest, found: Journey, open: str) -> HttpResponse:
    """Rows of a rule answer with themselves, as they do elsewhere; fields with what is said of them."""
    answer = once_more(lambda: _keep(request, found, open), lambda answer: _is_own(request, found, answer))
    panel = panel_of(found.draft, open, str(request.user.role), request.POST)
    if not panel.kind:
        return redirect(_url(found, ""))
    do = request.POST.get("do")
    wrong = answer.status if answer.status != 200 else 200 if answer.saved or do else 400
    if answer.saved and "close" in request.POST:
        return _page(request, found, Answer(saved=True)) if request.htmx else redirect(_url(found, ""))
    if request.htmx and "close" in request.POST:
        return render(request, "journeys/flow.html#flow", _context(found, answer, panel))
    if request.htmx and "refit" in request.POST:
        return render(request, "journeys/flow.html#flow", _context(found, answer, panel))
    if request.htmx and do:
        page = "rules/looking.html" if do == LOOK else "rules/editor.html"
        return render(request, "journeys/flow_rule.html", _context(found, answer, panel) | {"page": page})
    if request.htmx:
        return render(request, "journeys/flow_saved.html", _context(found, answer, panel))
    if answer.saved and not do:
        return redirect(_url(found, open))
    return render(request, "journeys/flow.html", _context(found, answer, panel), status=wrong)


def _keep(request: StaffRequest, found: Journey, open: str) -> Answer:
    panel = panel_of(found.draft, open, str(request.user.role), request.POST)
    try:
        draft = panel.saved() if panel.kind else None
        if draft is None:
            return Answer(open)
        edit_draft(found, draft=draft, seen=_seen(request, found), by=str(request.user), at=clock.now())
        return Answer(open, saved=True)
    except Overtaken:
        return _overtaken(request, found, open)
    except Refused as refused:
        return Answer(open, refused=str(refused), status=400)


def _overtaken(request: StaffRequest, found: Journey, open: str = "") -> Answer:
    found.refresh_from_db()
    return Answer(open, changed=what_changed(found, request.POST.get("seen", "")), status=409)


def _seen(request: StaffRequest, found: Journey) -> str:
    """The mark of the draft that was on the page, unless only this colleague changed it since."""
    seen, now = request.POST.get("seen", ""), mark(found.draft)
    if seen and seen != now:
        since = overtaken_by(found, seen)
        if any(former.by != str(request.user)[:120] for former in since):
            return seen
    return now


def _page(request: StaffRequest, found: Journey, answer: Answer) -> HttpResponse:
    panel = panel_of(found.draft, answer.open, str(request.user.role)) if answer.open else None
    page = "journeys/flow.html#flow" if request.htmx else "journeys/flow.html"
    status = 200 if request.htmx else answer.status
    return render(request, page, _context(found, answer, panel if panel and panel.kind else None), status=status)


def _context(found: Journey, answer: Answer, panel: Panel | None) -> dict[str, Any]:
    shown = flow_of(found)
    undo, redo = can_go_back(found.former)
    return {
        "journey": found,
        "flow": shown,
        "answer": answer,
        "panel": panel,
        "editor": panel.editor if panel else None,
        "seen": mark(found.draft),
        "can_undo": undo,
        "can_redo": redo,
        "kinds": KINDS,
        "more_kinds": MORE_KINDS,
        "places": shown.places() if panel and panel.main else [],
        "connections": connections(panel, shown) if panel and panel.main else [],
        "url": _url(found, answer.open),
        "audience": f"journey={found.uid}",
        "live": found.current_id is not None,
    }


def _url(found: Journey, open: str) -> str:
    return reverse("journey_flow_card", args=[found.uid, open]) if open else reverse("journey_flow", args=[found.uid])


def _sentences(found: Journey, steps: tuple[str, ...]) -> list[str]:
    shown: Flow = flow_of(found)
    return [f"{card.number}. {card.text}" for card in shown.cards() if card.name in steps]
