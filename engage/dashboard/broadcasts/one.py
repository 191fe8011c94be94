"""One one-off message: a draft with everything that will happen, or how far it is, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from campaigns.broadcasts import queries
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.preparing import LEAST_DAYS, LETTERS, Problem, problems
from campaigns.broadcasts.preparing import versions as written
from campaigns.broadcasts.standing import causes
from campaigns.channels import port
from campaigns.guards.reasons import NAMES
from crm.dialogue.ledger import Sums
from engage.dashboard.broadcasts.drafting import estimated
from engage.dashboard.broadcasts.finding import broadcast_or_404, trial
from engage.dashboard.broadcasts.results import results
from engage.dashboard.broadcasts.words import MARKS, OUTCOMES, pace_text, sentence, what_text
from engage.dashboard.messages.words import TERM_TEXTS
from engage.dashboard.shell.charts import Part, parts
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock, sql

State = Broadcast.State
MOST_REASONS = 8


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What stands in the way of starting, and where it is mended."""

    message: str
    url: str


@require_GET
@role("owner", "marketer")
@vary_on_headers("HX-Request")
def broadcast(request: StaffRequest, uid: UUID) -> HttpResponse:
    """A draft: all of it in one sentence, and Start. Else its progress, which follows by itself."""
    found, now = broadcast_or_404(uid), clock.now()
    if found.state == State.DRAFT:
        return render(request, "broadcasts/draft.html", _draft(found, now))
    return render(request, f"broadcasts/broadcast.html{'#progress' if request.htmx else ''}", _progress(found, now))


@require_GET
@role("owner", "marketer")
def broadcast_results(request: StaffRequest, uid: UUID) -> HttpResponse:
    """What came of it, apart from its page: it looks at many messages."""
    found = broadcast_or_404(uid)
    compared = queries.versions(found) if found.variants.count() > 1 else []
    context = {"broadcast": found, "results": results(found), "versions": compared}
    return render(request, "broadcasts/results.html", context)


def _draft(found: Broadcast, now: datetime) -> dict[str, object]:
    said, (people, reach) = written(found), estimated(found)
    return {
        "broadcast": found,
        "sentence": sentence(found, said, people, now),
        "written": said,
        "shows_design": port.channel(found.channel).rich,
        "hindrances": [Hindrance(one.message, _place(found, one)) for one in problems(found, at=now)],
        "trial": trial(found, people, len(said)),
        "step": 4,
        **reach,
    }


def _place(found: Broadcast, problem: Problem) -> str:
    if problem.field.startswith("variants"):
        letter = problem.field.removeprefix("variants[").partition("]")[0]
        number = int(letter) if letter.isdigit() else 0
        return reverse("broadcast_version", args=[found.uid, LETTERS[number]])
    step = "broadcast_when" if problem.field in ("send_at", "after_days") else "broadcast_whom"
    return reverse(step, args=[found.uid])


def _progress(found: Broadcast, now: datetime) -> dict[str, object]:
    sums, said = queries.ledger(found), written(found)
    return {
        "broadcast": found,
        "mark": MARKS.get(State(found.state), ""),
        "what": what_text(found, said),
        "pace": pace_text(found),
        "progress": queries.progress(found, now=now),
        "causes": causes(found, at=now),
        "sums": sums,
        "terms": _terms(found, sums),
        "reasons": _reasons(found) if found.began else [],
        "ticks": found.state in (State.STARTING, State.RUNNING) or (found.began and not found.finished),
        "outcomes": OUTCOMES.items(),
        "least_days": LEAST_DAYS,
        "reminds": found.kind != Broadcast.Kind.REMINDER,
        "followed_by": list(found.followed_by.order_by("pk")),
        "undecided": said if len(said) > 1 and _may_choose(found) else [],
        "seconds_left": _seconds_left(found, now),
    }


def _seconds_left(found: Broadcast, now: datetime) -> int | None:
    if found.state != State.STARTING or found.starts is None:
        return None
    return max(0, ceil((found.starts - now).total_seconds()))


def _may_choose(found: Broadcast) -> bool:
    return found.state in (State.RUNNING, State.PAUSED) and not found.winner


def _terms(found: Broadcast, sums: Sums) -> list[Part]:
    """The sum as one bar; each term leads to its people."""
    counted = {
        "sent": sums.sent - sums.kept,
        "kept": sums.kept,
        "waiting": sums.waiting,
        "withheld": sums.withheld,
        "failed": sums.failed,
        "unknown": sums.unknown,
    }
    return parts([(key, str(TERM_TEXTS[key]), number, _people_at(found, key)) for key, number in counted.items()])


def _reasons(found: Broadcast) -> list[tuple[str | Promise, int, str]]:
    """Why people did not get it, the most frequent first: words, how many, where they are. One query."""
    rows = sql.rows(
        """
        SELECT why, state, count(*) FROM crm_dialogue_message
        WHERE direction = 'out' AND origin = %s AND state IN ('withheld', 'failed', 'bounced')
        GROUP BY why, state ORDER BY count(*) DESC, why LIMIT %s
        """,
        [found.origin, MOST_REASONS],
    )
    return [
        (NAMES.get(why, why or state), number, _people_at(found, "withheld" if state == "withheld" else "failed"))
        for why, state, number in rows
    ]


def _people_at(found: Broadcast, term: str) -> str:
    return f"{reverse('sent')}?{urlencode({'origin': found.origin, 'term': term})}"
