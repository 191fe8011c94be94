"""What everybody sees: the board, one suggestion, and the form for a new one. No login, no script; a cookie only for
whoever asked that this device be remembered."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.board import queries, words
from campaigns.board.models import Board, Suggestion
from campaigns.board.wishes import SUGGEST, VOTE
from campaigns.proving import hurdles
from campaigns.proving.links import Voter
from campaigns.surveys.filling.spam import MAILS
from crm.dialogue.links import talk_path
from engage.lib import clock, crowds
from engage.lib.crowds import Challenge, Crowd
from engage.lib.public import notice

DEEDS = Crowd("board", free=120, most=2400, seconds=600)
"""By people whom we know."""

DONE = {
    "voted": gettext_lazy("Your vote counts."),
    "again": gettext_lazy("You voted for this before. It counts once."),
    "back": gettext_lazy("Your vote is taken back."),
    "counts": gettext_lazy("Thank you, it counts."),
    "waits": gettext_lazy("Thank you. We read it before others see it."),
    "gone": gettext_lazy("There is no such suggestion"),
}
MAIL_SENT = gettext_lazy(
    "We are sending a mail to the address you gave. It counts once you have pressed the button behind its link. It may "
    "take a minute or two, and may lie among unwanted mail."
)


def closed(request: HttpRequest) -> HttpResponse:
    text = _("Write to us all the same: a person reads it.")
    link = (talk_path(), _("Write to a person"))
    return notice(request, _("There is no board here"), text, status=404, link=link)


def gone(request: HttpRequest) -> HttpResponse:
    link = (reverse("public_board"), _("See all suggestions"))
    return notice(request, _("There is no such suggestion"), _("It may have been taken away."), status=404, link=link)


def look_into_mail(request: HttpRequest) -> HttpResponse:
    """The same whether or not we know the address, or sent a mail to it."""
    return notice(
        request, _("Look into your mail"), str(MAIL_SENT), link=(reverse("public_board"), _("See all suggestions"))
    )


def show_board(request: HttpRequest, board: Board, voter: Voter | None) -> HttpResponse:
    """A page of what is shown. Four queries, whatever there is."""
    by = "new" if request.GET.get("by") == "new" else "votes"
    state, text = request.GET.get("state", ""), request.GET.get("q", "")
    found = queries.searched(queries.shown(), text)
    if state in Suggestion.State.values:
        found = found.filter(state=state)
    page = queries.page(found, by=by, after=request.GET.get("after", ""))
    context = {
        "rows": page.rows,
        "next": page.next,
        "by": by,
        "state": state,
        "text": text[: queries.LONGEST_SEARCH],
        "is_first": not request.GET.get("after"),
        **_around(request, board, voter, page.rows),
    }
    return render(request, "board/public/board.html", context)


def show_suggestion(
    request: HttpRequest,
    board: Board,
    suggestion: Suggestion,
    voter: Voter | None,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "one": suggestion,
        "problem": problem,
        "email": request.POST.get("email", "")[:320],
        "tell": bool(request.POST.get("tell")),
        "work": _work(request, voter, VOTE, DEEDS),
        "said_before": request.GET.get("done") in ("voted", "again"),
        **_around(request, board, voter, [suggestion]),
    }
    return render(request, "board/public/suggestion.html", context, status=status)


def show_form(
    request: HttpRequest, board: Board, voter: Voter | None, *, problem: str = "", status: int = 200
) -> HttpResponse:
    names = ("title", "text", "name", "email")
    filled = {name: request.POST.get(name, "").replace("\x00", "")[:2100] for name in names}
    filled["title"] = filled["title"] or request.GET.get("title", "").replace("\x00", "")[: words.LONGEST_TITLE]
    ticked = {name: bool(request.POST.get(name)) for name in ("tell", "show_name")}
    context = {
        **filled,
        **ticked,
        "problem": problem,
        "work": _work(request, voter, SUGGEST, hurdles.forms(SUGGEST)),
        "longest": (words.LONGEST_TITLE, words.LONGEST_WORDS, words.LONGEST_NAME),
        **_around(request, board, voter, []),
    }
    return render(request, "board/public/suggest.html", context, status=status)


def _work(request: HttpRequest, voter: Voter | None, what: str, known: Crowd) -> Challenge | None:
    """What the form is to bring, of somebody `known`, or of a stranger who wants `what`."""
    of = [known] if voter else [hurdles.forms(what), MAILS]
    return crowds.work(request, known.what if voter else what, *of, at=clock.now())


def to_suggestion(suggestion: Suggestion, voter: Voter | None, done: str) -> HttpResponse:
    path = reverse("public_suggestion", args=[suggestion.uid])
    return HttpResponseRedirect(f"{path}?done={done}{_carried(voter, '&')}", status=303)


def to_board(voter: Voter | None, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('public_board')}?done={done}{_carried(voter, '&')}", status=303)


def _carried(voter: Voter | None, before: str) -> str:
    return f"{before}t={voter.token}" if voter and voter.token else ""


def _around(request: HttpRequest, board: Board, voter: Voter | None, rows: list[Suggestion]) -> dict[str, Any]:
    at: datetime = clock.now()
    return {
        "board": board,
        "states": words.states(board),
        "voter": voter,
        "token": voter.token if voter else "",
        "voted": queries.voted(voter.contact.pk, rows) if voter and voter.own and rows else set(),
        "made": hurdles.stamp(at),
        "done": str(DONE.get(request.GET.get("done", ""), "")),
        "talk_url": talk_path(),
    }
