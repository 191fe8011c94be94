"""Suggesting, voting, taking back. Whoever came by a link of ours, or is known on this device, is heard at once.
Everybody else proves an address first, and counts nowhere until then."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.board import actions, pages, queries, words
from campaigns.board.counting import root
from campaigns.board.models import Board, Suggestion
from campaigns.board.pages import DEEDS
from campaigns.board.telling import read_stop
from campaigns.board.wishes import SUGGEST, VOTE
from campaigns.proving import hurdles
from campaigns.proving.asking import ask_to_prove
from campaigns.proving.links import Voter, voter
from engage.lib import clock
from engage.lib.public import from_anywhere, notice, public, says_when_busy
from engage.lib.spoken import speak

type View = Callable[..., HttpResponse]


def on_the_board(view: View) -> View:
    """Open while the owner has it open; in the language of whoever is there."""
    heard = says_when_busy(view)

    @public
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        board = queries.board()
        if not board.is_open:
            return pages.closed(request)
        there = voter(request, clock.now())
        with speak(there.contact.language if there else ""):
            return heard(request, board, there, *args, **kwargs)

    return guarded


@on_the_board
@require_safe
def public_board(request: HttpRequest, board: Board, there: Voter | None) -> HttpResponse:
    return pages.show_board(request, board, there)


@on_the_board
@require_safe
def public_suggestion(request: HttpRequest, board: Board, there: Voter | None, uid: UUID) -> HttpResponse:
    found = _found(uid)
    if found is None:
        return pages.gone(request)
    if found.uid != uid:
        return pages.to_suggestion(found, there, "")
    return pages.show_suggestion(request, board, found, there)


@on_the_board
@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest, board: Board, there: Voter | None) -> HttpResponse:
    if request.method != "POST":
        return pages.show_form(request, board, there)
    if hurdles.is_trapped(request):
        return pages.look_into_mail(request)
    title, text = words.title_of(request.POST.get("title", "")), words.words_of(request.POST.get("text", ""))
    if not title:
        return pages.show_form(request, board, there, problem=_("Write a few words first."), status=400)
    at = clock.now()
    shown_as = words.name_of(request.POST.get("name", "")) if request.POST.get("show_name") else ""
    said: dict[str, Any] = {"title": title, "text": text, "shown_as": shown_as, "tell": bool(request.POST.get("tell"))}
    if there:
        problem, status = hurdles.haste(request, at)
        if not problem:
            problem, status = hurdles.press(request, SUGGEST, hurdles.forms(SUGGEST), at=at)
        if problem:
            return pages.show_form(request, board, there, problem=problem, status=status)
        made = actions.suggest(owner=there.owner, at=at, **said)
        is_shown = made.standing == Suggestion.Standing.SHOWN
        return pages.to_suggestion(made, there, "counts") if is_shown else pages.to_board(there, "waits")
    problem, status = ask_to_prove(request, SUGGEST, said, at)
    return (
        pages.show_form(request, board, there, problem=problem, status=status)
        if problem
        else pages.look_into_mail(request)
    )


@on_the_board
@require_POST
def vote(request: HttpRequest, board: Board, there: Voter | None, uid: UUID) -> HttpResponse:
    found = _found(uid)
    if found is None:
        return pages.gone(request)
    at, tell = clock.now(), bool(request.POST.get("tell"))
    if there:
        problem, status = hurdles.press(request, DEEDS.what, DEEDS, at=at)
        if problem:
            return pages.show_suggestion(request, board, found, there, problem=problem, status=status)
        made = actions.vote(suggestion=found, owner=there.owner, tell=tell, at=at)
        return pages.to_suggestion(found, there, "voted" if made else "again")
    if hurdles.is_trapped(request):
        return pages.look_into_mail(request)
    problem, status = ask_to_prove(request, VOTE, {"suggestion": str(found.uid), "tell": tell}, at)
    if problem:
        return pages.show_suggestion(request, board, found, there, problem=problem, status=status)
    return pages.look_into_mail(request)


@on_the_board
@require_POST
def take_vote_back(request: HttpRequest, board: Board, there: Voter | None, uid: UUID) -> HttpResponse:
    found = _found(uid)
    if found is None:
        return pages.gone(request)
    if there:
        actions.take_back(suggestion=found, contact=there.contact.pk)
    return pages.to_suggestion(found, there, "back" if there else "")


@from_anywhere
@require_http_methods(["GET", "HEAD", "POST"])
def stop_news(request: HttpRequest, token: str) -> HttpResponse:
    """No more news of one suggestion: GET asks, POST does it, a mail program's too (RFC 8058); also while the board is
    closed."""
    cast = read_stop(token)
    if cast is None:
        text = _("We write to you about it no more: the vote was taken back, or the suggestion is gone.")
        return notice(request, _("There is nothing to stop"), text, status=404)
    with speak(cast.contact.language):
        if request.method != "POST":
            return render(request, "board/public/stop.html", {"one": cast.suggestion, "token": token})
        actions.tell_no_more(suggestion=cast.suggestion, contact=cast.contact_id)
        return notice(request, _("Stopped"), _("We write to you about this one no more. Your vote still counts."))


def _found(uid: UUID) -> Suggestion | None:
    """What is shown under this id today: the one that it went into, where it did."""
    found = queries.find(uid)
    if found and found.into_id:
        found = Suggestion.objects.get(pk=root(found.pk))
    return found if found and found.title and found.standing == Suggestion.Standing.SHOWN else None
