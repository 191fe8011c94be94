"""What customers suggest: the list, one suggestion with who wants it, and how the board is."""

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.board import actions, queries
from campaigns.board.deciding import tags_in, went_in
from campaigns.board.models import Suggestion
from campaigns.board.telling import to_tell
from campaigns.board.words import states
from engage.dashboard.board.forms import AnswerForm, BoardForm, WordsForm
from engage.dashboard.shell.codes import qr_code
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

MOST_VOTERS = 50
MOST_OFFERED = 8
Standing = Suggestion.Standing


@require_GET
@role()
def suggestions(request: StaffRequest) -> HttpResponse:
    """`?show=` waiting, refused or a state; `?q=` words, `?tag=` a tag. Three queries, whatever there is."""
    show, text, tag = request.GET.get("show", ""), request.GET.get("q", ""), request.GET.get("tag", "")
    found = queries.searched(Suggestion.objects.filter(into=None).select_related("contact"), text)
    if show in (Standing.WAITING, Standing.REFUSED):
        found = found.filter(standing=show)
    else:
        found = found.filter(standing=Standing.SHOWN)
        found = found.filter(state=show) if show in Suggestion.State.values else found
    if tag:
        found = found.filter(tags__contains=[tag])
    by = "new" if show == Standing.WAITING or request.GET.get("by") == "new" else "votes"
    board = queries.board()
    page = queries.page(found, by=by, after=request.GET.get("after", ""))
    context = {
        "rows": page.rows,
        "next": page.next,
        "board": board,
        "states": states(board),
        "show": show,
        "text": text[: queries.LONGEST_SEARCH],
        "tag": tag,
        "by": by,
        "waiting": queries.waiting(),
        "page_url": page_url(),
    }
    return render(request, "board/suggestions.html", context)


@require_GET
@role()
def board_qr(request: StaffRequest, kind: str) -> HttpResponse:
    """The address of its page, as a picture."""
    return qr_code(page_url(), kind, name="board")


@require_GET
@role()
def suggestion(request: StaffRequest, uid: UUID) -> HttpResponse:
    return show(request, suggestion_or_404(uid))


@require_http_methods(["GET", "POST"])
@role()
def new_suggestion(request: StaffRequest) -> HttpResponse:
    """What many say, in our words."""
    form = WordsForm(request.POST or None)
    if form.is_valid():
        given, at = form.cleaned_data, clock.now()
        made = actions.put(title=given["title"], text=given["words"], by=str(request.user), at=at)
        Suggestion.objects.filter(pk=made.pk).update(tags=tags_in(given["tags"]))
        toast(request, _("It is on the board."))
        return redirect("suggestion", made.uid)
    return render(request, "board/new_suggestion.html", {"form": form}, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def set_up_board(request: StaffRequest) -> HttpResponse:
    board = queries.board()
    kept = {f"state_{value}": text for value, text in board.words.items()}
    plain = {name: getattr(board, name) for name in ("title", "intro", "is_open", "at_once")}
    form = BoardForm(request.POST or None, initial={**kept, **plain})
    if form.is_valid():
        actions.set_up(changes=form.changes(), by=request.user, at=clock.now())
        toast(request, _("Saved."))
        return redirect("suggestions")
    return render(request, "board/set_up_board.html", {"form": form}, status=400 if form.is_bound else 200)


def show(
    request: StaffRequest,
    one: Suggestion,
    *,
    words: WordsForm | None = None,
    answer: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """A suggestion's page. A constant number of queries."""
    board, search = queries.board(), request.GET.get("like", "")
    others = Suggestion.objects.filter(into=None).exclude(pk=one.pk).exclude(standing=Standing.REFUSED)
    votes = list(queries.votes_of(one)[: MOST_VOTERS + 1])
    initial = {"title": one.title, "words": one.words, "tags": ", ".join(one.tags)}
    context = {
        "one": one,
        "states": states(board),
        "board": board,
        "words": words or WordsForm(initial=initial),
        "answer": answer or AnswerForm(initial={"state": one.state, "answer": one.answer}),
        "votes": votes[:MOST_VOTERS],
        "more_votes": len(votes) > MOST_VOTERS,
        "to_tell": len(to_tell(one)),
        "changes": one.changes.order_by("-id"),
        "joined": went_in(one),
        "like": search[: queries.LONGEST_SEARCH],
        "found": queries.searched(others, search).order_by("-votes", "-pk")[:MOST_OFFERED] if search.strip() else None,
    }
    return render(request, "board/suggestion.html", context, status=status)


def suggestion_or_404(uid: UUID) -> Suggestion:
    return get_object_or_404(Suggestion.objects.select_related("contact", "into"), uid=uid)


def page_url() -> str:
    return settings.PUBLIC_URL + reverse("public_board")
