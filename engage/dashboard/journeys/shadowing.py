"""Shadow: begun, compared with the backtest for as long as one likes, and switched on with one press."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.guards.reasons import NAMES
from campaigns.journeys import actions
from campaigns.journeys.asking import shop_time
from campaigns.journeys.backtest.tallies import Counts
from campaigns.journeys.compiled import Version, versions
from campaigns.journeys.describe import sentence
from campaigns.journeys.models import Backtest, Journey, ShadowMessage
from campaigns.journeys.naming import written_out
from campaigns.journeys.parse import InvalidDefinition
from campaigns.journeys.shadow.figures import GONE, Figures, figures, messages_of
from engage.dashboard.journeys.one import journey_or_404
from engage.dashboard.journeys.verdicts import IN_SHADOW, WAITS, in_shadow, most, reason
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock
from engage.lib.cursor import page_by_time

State = Journey.State
DAY = timedelta(days=1)
MOST_BARS = 10
GO_ON = "go_on"


@dataclass(frozen=True)
class Row:
    """One figure in shadow, `seen`, beside what the backtest leads one to expect in as many days; '' without one."""

    words: str
    seen: int
    expected: str = ""
    url: str = ""


@dataclass(frozen=True)
class Said:
    """A message of the shadow: the step in words, what would have become of it, and why."""

    message: ShadowMessage
    text: str
    fate: str
    why: str


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def shadow_journey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """What the shadow shows so far; of a journey that is not in shadow, the way into it."""
    found = journey_or_404(uid)
    if request.method == "POST":
        return _begin(request, found)
    if found.state != State.SHADOW:
        problems = _problems(found)
        status = 400 if problems else 200
        return render(request, "journeys/shadow_begin.html", {"journey": found, "problems": problems}, status=status)
    seen, now = figures(found), clock.now()
    backtest = found.backtests.filter(state=Backtest.State.DONE).order_by("-pk").first()
    context = {
        "journey": found,
        "seen": seen,
        "finding": _finding(seen),
        "bars": _bars(found, seen, now),
        "days": sorted(seen.days.items(), reverse=True),
        "rows": list(_rows(found, seen, backtest, now)),
        "reasons": list(_reasons(found, seen, backtest, now)),
        "backtest": backtest,
        "changed": found.current is not None and written_out(found.draft) != found.current.definition,
        "outdated": bool(backtest and found.current and backtest.definition != found.current.definition),
    }
    return render(request, "journeys/shadow.html", context)


@require_GET
@role("owner", "marketer")
def shadow_messages(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The messages of the shadow, each with its person, narrowed by what held them, by fate, or by day."""
    found = journey_or_404(uid)
    if found.state != State.SHADOW:
        return redirect("journey", uid)
    why, fate = _known(request.GET.get("why", ""), WAITS | NAMES), _known(request.GET.get("fate", ""), IN_SHADOW)
    day = _day(request.GET.get("day", ""))
    only = {"why": why, "fate": fate, "day": day}
    messages = messages_of(found, **{name: value for name, value in only.items() if value})
    messages = messages.select_related("enrolment__contact", "enrolment__journey")
    page = page_by_time(messages, request.GET.get("cursor", ""), field="asked")
    context = {"journey": found, "page": page, "rows": _said(page.rows), "narrowed": _narrowed(why, fate, day)}
    return render(request, "journeys/shadow_messages.html", context)


@require_POST
@role("owner", "marketer")
def switch_on_journey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Out of the shadow; `people` says what becomes of those under way in it: they leave unless it is go_on."""
    go_on = request.POST.get("people") == GO_ON
    try:
        actions.switch_on(journey_or_404(uid), go_on=go_on, by=str(request.user), at=clock.now())
    except actions.WrongState:
        toast(request, _("Somebody changed it meanwhile: look again."), wrong=True)
    else:
        toast(request, _("On. From now on messages go out."))
    return redirect("journey", uid)


def _begin(request: StaffRequest, found: Journey) -> HttpResponse:
    try:
        actions.begin_shadow(found, by=str(request.user), at=clock.now())
    except InvalidDefinition as error:
        context = {"journey": found, "problems": error.problems}
        return render(request, "journeys/shadow_begin.html", context, status=400)
    except actions.WrongState:
        toast(request, _("Somebody changed it meanwhile: look again."), wrong=True)
        return redirect("journey", found.uid)
    toast(request, _("In shadow. Nothing is sent until you switch it on."))
    return redirect("shadow_journey", found.uid)


def _problems(found: Journey) -> tuple:
    try:
        actions.check(found.draft)
    except InvalidDefinition as error:
        return error.problems
    return ()


def _finding(seen: Figures) -> str:
    """The title is what was found."""
    if not seen.walks:
        return _("Nobody has begun it yet")
    messages = ngettext("{count} message would have gone", "{count} messages would have gone", seen.went)
    held = ngettext("{count} not, or not yet", "{count} not, or not yet", seen.not_gone)
    return f"{messages.format(count=seen.went)}, {held.format(count=seen.not_gone)}"


def _bars(found: Journey, seen: Figures, now: datetime) -> list[tuple[str, int, int, str]]:
    """The last days, each with the way to its messages."""
    today, began = shop_time(now).date(), shop_time(seen.since).date()
    first = max(began, today - (MOST_BARS - 1) * DAY)
    days = [first + number * DAY for number in range((today - first).days + 1)]
    sums = {day: seen.days.get(day) for day in days}
    return [
        (date_format(day, "j M"), one.went if one else 0, one.held if one else 0, _url(found, day=day.isoformat()))
        for day, one in sums.items()
    ]


def _rows(found: Journey, seen: Figures, backtest: Backtest | None, now: datetime) -> Iterator[Row]:
    def expected(count: Callable[[Counts], int]) -> str:
        return _expected(seen, backtest, now, count)

    people = reverse("journey_people", args=[found.uid])
    yield Row(_("Began it"), seen.people, expected(lambda bound: bound["entered"]), people)
    went = expected(lambda bound: sum(bound["fates"].get(fate, 0) for fate in GONE))
    yield Row(_("Messages that would have gone"), seen.went, went, _url(found))
    for fate, words in IN_SHADOW.items():
        if fate != "went" and seen.fates[fate]:
            would = expected(partial(_fate, fate))
            yield Row(str(words)[:1].upper() + str(words)[1:], seen.fates[fate], would, _url(found, fate=fate))


def _reasons(found: Journey, seen: Figures, backtest: Backtest | None, now: datetime) -> Iterator[Row]:
    for why, count in most(seen.reasons.items()):
        yield Row(reason(why), count, _expected(seen, backtest, now, partial(_why, why)), _url(found, why=why))


def _fate(fate: str, bound: Counts) -> int:
    return bound["fates"].get(fate, 0)


def _why(why: str, bound: Counts) -> int:
    return bound["reasons"].get(why, 0)


def _expected(seen: Figures, backtest: Backtest | None, now: datetime, count: Callable[[Counts], int]) -> str:
    """A figure of the backtest for as many days as the shadow has lasted; between its two bounds where it has two."""
    if backtest is None:
        return ""
    part = (now - seen.since) / (backtest.until - backtest.since)
    low, *high = sorted({_rounded(count(bound) * part) for bound in backtest.result["bounds"].values()})
    return f"{low:g}–{high[-1]:g}" if high else f"{low:g}"


def _rounded(number: float) -> float:
    return round(number, 1) if number < 10 else round(number)


def _said(messages: list[ShadowMessage]) -> list[Said]:
    known = versions({message.enrolment.version_id for message in messages})
    return [
        Said(message, _text(message, known.get(message.enrolment.version_id)), *in_shadow(message))
        for message in messages
    ]


def _text(message: ShadowMessage, version: Version | None) -> str:
    step = version.definition.steps.get(message.step) if version else None
    return sentence(step) if step else message.step


def _narrowed(why: str, fate: str, day: date | None) -> str:
    """What the list is narrowed to, in words."""
    words = [reason(why)] if why else []
    if fate:
        words.append(str(IN_SHADOW[fate]))
    if day:
        words.append(date_format(day, "j F Y"))
    return " · ".join(words)


def _known(code: str, words: Mapping[str, object]) -> str:
    return code if code in words else ""


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _url(found: Journey, **only: str) -> str:
    path = reverse("shadow_messages", args=[found.uid])
    return f"{path}?{urlencode(only)}" if only else path
