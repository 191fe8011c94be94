"""What people said in their own words, beside who they are: looked for, sorted by tags, and their photos."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from campaigns.surveys import queries
from campaigns.surveys.asked.questions import Question
from campaigns.surveys.models import AnswerTag, Deed, Photo, Response, Saying, Survey
from campaigns.surveys.results.counting import day_of
from campaigns.surveys.results.deeds import told
from campaigns.surveys.results.frequent import is_open
from campaigns.surveys.results.reading import Search, sayings, tags
from campaigns.surveys.results.tagging import TooMany, tag, untag
from crm.contacts.models import Contact
from crm.preferences.models import Preference
from crm.preferences.queries import hidden_from
from engage.dashboard.people import searches
from engage.dashboard.people.finding import Row, rows_of
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.dashboard.surveys.narrowing import Filters, filters
from engage.dashboard.surveys.tabs import stand
from engage.dashboard.surveys.views import find, kept_from_role
from engage.lib import clock

PAGE = 20
PHOTOS = 24
LATEST = 5
"""Deeds that are listed."""
REMEMBERED = 3
"""Things that are shown beside each person."""


@dataclass(frozen=True)
class Read:
    """One saying and whom it is of; `told` is what they told us besides."""

    saying: Saying
    question: str
    who: Row | None
    remembered: list[Preference]
    told: list[tuple[Deed, datetime]]
    """What we did about it, and when they were told."""


@require_GET
@role("owner", "marketer")
def survey_answers(request: StaffRequest, uid: UUID) -> HttpResponse:
    """A page of them, the latest first."""
    found, at = find(uid), clock.now()
    stand(request, found)
    known = queries.history(found).questions
    hidden = kept_from_role(str(request.user.role), found)
    asked = [one for one in known.values() if is_open(one) and one.id not in hidden]
    every = tags(found)
    chosen = filters(found, request.GET, day_of(at))
    search = _search(request, asked, [one for one, _count in every], hidden)
    page = sayings(found, search, chosen.narrowed, at=at, cursor=request.GET.get("cursor", ""), size=PAGE)
    context = {
        "survey": found,
        "rows": _read(page.rows, known, hidden_from(str(request.user.role))),
        "next": page.next,
        "deeds": found.deeds.order_by("-pk")[:LATEST],
        "questions": asked,
        "tags": every,
        "search": search,
        "found": request.GET.get("found", ""),
        "filters": chosen,
        "here": _here(chosen, search, request.GET.get("found", "")),
        "photos": Photo.objects.filter(response__survey=found, response__state=Response.State.FINAL).exists(),
    }
    return render(request, "surveys/answers.html", context)


@require_POST
@role("owner", "marketer")
def find_survey_answers(request: StaffRequest, uid: UUID) -> HttpResponse:
    """What is looked for is kept with the session: words may name people, and addresses are kept everywhere."""
    found, at = find(uid), clock.now()
    chosen = filters(found, request.POST, day_of(at))
    known = list(queries.history(found).questions.values())
    search = _search(request, known, [one for one, _count in tags(found)], frozenset(), said=request.POST)
    words = request.POST.get("q", "").strip()[:200]
    key = searches.keep(request, words) if words else ""
    return redirect(reverse("survey_answers", args=[found.uid]) + _here(chosen, search, key))


@require_POST
@role("owner", "marketer")
def tag_survey_answers(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Put a tag on those that are ticked, or take it off."""
    found = find(uid)
    back = reverse("survey_answers", args=[found.uid]) + _query(request.POST.get("back", ""))
    ticked = Saying.objects.filter(survey=found, uid__in=_uids(request.POST.getlist("saying")))
    keys = list(ticked.values_list("pk", flat=True))
    name = request.POST.get("tag", "").replace("\x00", "").strip()
    if not keys or not name:
        toast(request, _("Tick answers, and say which tag."), wrong=True)
        return redirect(back)
    if request.POST.get("do") == "off":
        made = AnswerTag.objects.filter(survey=found, name__iexact=name).first()
        changed = untag(found, keys, made) if made else []
    else:
        try:
            made, changed = tag(found, keys, name, by=str(request.user), at=clock.now())
        except TooMany:
            toast(request, _("There are 200 tags already. Use one of them."), wrong=True)
            return redirect(back)
    _tell(request, found, made, changed, off=request.POST.get("do") == "off")
    return redirect(back)


@require_POST
@role("owner", "marketer")
def undo_survey_tags(request: StaffRequest, uid: UUID, key: str) -> HttpResponse:
    """Take back what was done to many at once."""
    found = find(uid)
    done = orjson.loads(searches.kept(request, key) or "{}")
    made = AnswerTag.objects.filter(survey=found, uid=done.get("tag")).first() if done else None
    if made is None:
        raise Http404
    if done["off"]:
        tag(found, done["sayings"], made.name, by=str(request.user), at=clock.now())
    else:
        untag(found, done["sayings"], made)
    toast(request, _("Taken back."))
    return redirect("survey_answers", found.uid)


@require_GET
@role("owner", "marketer")
def survey_photos(request: StaffRequest, uid: UUID) -> HttpResponse:
    """What they photographed, the latest first."""
    found = find(uid)
    stand(request, found)
    hidden = kept_from_role(str(request.user.role), found)
    sent = Photo.objects.filter(response__survey=found, response__state=Response.State.FINAL).exclude(
        question__in=list(hidden)
    )
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        sent = sent.filter(pk__lt=int(before))
    rows = list(sent.defer("data").select_related("response__contact").order_by("-pk")[: PHOTOS + 1])
    context = {"survey": found, "rows": rows[:PHOTOS], "next": rows[PHOTOS - 1].pk if len(rows) > PHOTOS else None}
    return render(request, "surveys/photos.html", context)


def _tell(request: StaffRequest, found: Survey, made: AnswerTag | None, changed: list[int], *, off: bool) -> None:
    if made is None or not changed:
        toast(request, _("Nothing was changed."))
        return
    kept = orjson.dumps({"tag": str(made.uid), "sayings": changed, "off": off}).decode()
    undo = reverse("undo_survey_tags", args=[found.uid, searches.keep(request, kept)])
    if off:
        text = ngettext("%(tag)s was taken off %(n)d answer.", "%(tag)s was taken off %(n)d answers.", len(changed))
    else:
        text = ngettext("%(n)d answer is tagged %(tag)s.", "%(n)d answers are tagged %(tag)s.", len(changed))
    toast(request, text % {"n": len(changed), "tag": made.name}, undo=undo)


def _search(
    request: StaffRequest,
    asked: Collection[Question],
    every: Collection[AnswerTag],
    hidden: Collection[str],
    said: QueryDict | None = None,
) -> Search:
    said = request.GET if said is None else said
    return Search(
        searches.kept(request, said.get("found", "")),
        next((one.id for one in asked if one.id == said.get("question")), ""),
        next((one for one in every if str(one.uid) == said.get("tag")), None),
        _number(said.get("least", "")),
        _number(said.get("most", "")),
        hidden,
    )


def _here(chosen: Filters, search: Search, found: str) -> str:
    """The same page again, as its address says it."""
    query = QueryDict(chosen.query.removeprefix("?"), mutable=True)
    more = {
        "question": search.question,
        "tag": str(search.tag.uid) if search.tag else "",
        "least": search.least,
        "most": search.most,
        "found": found,
    }
    query.update({name: str(value) for name, value in more.items() if value not in ("", None)})
    return _query(query.urlencode())


def _query(text: str) -> str:
    text = text.removeprefix("?")
    return f"?{QueryDict(text[:2000]).urlencode()}" if text else ""


def _number(text: str) -> int | None:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 5 else None


def _uids(texts: Collection[str]) -> list[UUID]:
    found = []
    for text in list(texts)[:200]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _read(rows: list[Saying], known: dict[str, Question], hidden: Collection[str]) -> list[Read]:
    """Six queries, however many."""
    people: dict[int, Contact] = {
        one.response.contact.pk: one.response.contact for one in rows if one.response.contact is not None
    }
    who = {row.contact.pk: row for row in rows_of(list(people.values()))} if people else {}
    remembered: dict[int, list[Preference]] = defaultdict(list)
    stated = Preference.objects.filter(
        contact__in=list(people), state=Preference.State.ACTIVE, kind=Preference.Kind.STATED
    ).exclude(key__key__in=list(hidden))
    for one in stated.select_related("key").order_by("-at"):
        if len(remembered[one.contact_id]) < REMEMBERED:
            remembered[one.contact_id].append(one)
    done = told([one.pk for one in rows])
    return [
        Read(
            one,
            one.response.answers.get(one.question, {}).get("question", "") or known[one.question].text,
            who.get(one.response.contact_id or 0),
            remembered[one.response.contact_id or 0],
            done.get(one.pk, []),
        )
        for one in rows
    ]
