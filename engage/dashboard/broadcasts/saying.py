"""What a one-off message says: a design or a letter, or several versions that are tried against each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.broadcasts.models import Broadcast, Variant
from campaigns.broadcasts.preparing import LETTERS, MOST_VARIANTS, versions
from campaigns.broadcasts.wording import plain_design
from campaigns.channels import port
from campaigns.channels.lengths import lengths
from campaigns.channels.liquid import MAX_SOURCE
from campaigns.designs import actions as designing
from campaigns.designs.checks import check
from campaigns.designs.models import Design
from campaigns.designs.parse import DESIGNED, LETTER_KIND, InvalidContents
from campaigns.designs.queries import designs as kept_designs
from campaigns.designs.queries import look
from crm.business.queries import business
from engage.dashboard.broadcasts.drafting import keep, of_draft
from engage.dashboard.broadcasts.finding import people_of, trial
from engage.dashboard.broadcasts.forms import TrialForm, VersionForm
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock

SHOWN, MOST = 6, 200
"""So many designs are shown as they look; the others, and no more than that, by their names."""


@dataclass(frozen=True, slots=True)
class Written:
    """A version as the step shows it: where it is written, looked at and tried; `stopping` things to mend first."""

    variant: Variant
    composer: str
    preview: str
    trial: str
    stopping: int

    @classmethod
    def of(cls, draft: Broadcast, variant: Variant) -> "Written":
        design, shop = variant.design, business()
        stopping = sum(found.stops for found in check(design.kind, design.contents, look(shop), shop))
        write, preview, trial = (composer(draft, design, page) for page in PAGES)
        return cls(variant, write, preview, trial, stopping)


PAGES = ("design", "design_preview", "try_design")


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
@of_draft
def broadcast_what(request: StaffRequest, draft: Broadcast) -> HttpResponse:
    """The versions; with several, how they are tried and what that could show. With none, the first is written."""
    said = versions(draft)
    if not said:
        return redirect("broadcast_version", draft.uid, LETTERS[0])
    form = TrialForm.of(draft, request.POST or None)
    if request.method == "POST" and (len(said) == 1 or form.is_valid()):
        return keep(request, draft, "broadcast_when", **(form.fields_of_draft() if len(said) > 1 else {}))
    context = {
        "broadcast": draft,
        "versions": [Written.of(draft, one) for one in said],
        "form": form if len(said) > 1 else None,
        "trial": trial(draft, people_of(draft, clock.now()), len(said)),
        "another": LETTERS[len(said)] if len(said) < MOST_VARIANTS else "",
        "shows_design": port.channel(draft.channel).rich,
        "step": 2,
    }
    return render(request, "broadcasts/what.html", context, status=400 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
@of_draft
def broadcast_version(request: StaffRequest, draft: Broadcast, letter: str) -> HttpResponse:
    """One version, there or new: a letter is written in place, a design is taken (`design`), or one of blocks is begun
    (`begin`). `compose` goes on in the composer, `remove` takes the version away."""
    said = versions(draft)
    place = LETTERS.find(letter)
    if len(letter) != 1 or not 0 <= place <= len(said) or place >= MOST_VARIANTS:
        raise Http404
    known = said[place] if place < len(said) else None
    designs = _to_take(said)
    form = _form(request, said, known)
    channel = port.channel(draft.channel)
    if channel.name == "sms":
        form.fields["subject"].help_text = _("For you and your colleagues: a text message has none.")
    if request.method == "POST":
        if "remove" in request.POST:
            return _keep(request, draft, [one.design for one in said if one is not known])
        compose = "compose" in request.POST or "begin" in request.POST
        if design := _design(request, form, draft, known, designs):
            chosen = [one.design for one in said]
            chosen[place : place + 1] = [design]
            return _keep(request, draft, chosen, to=composer(draft, design) if compose else "")
    context = {
        "form": form,
        "broadcast": draft,
        "letter": letter,
        "known": known,
        "alone": len(said) < 2,
        "writes": known is None or not channel.rich or known.design.kind == LETTER_KIND,
        "shows_design": channel.rich,
        "by": channel.label,
        "lengths": _lengths(draft, form),
        "composer": composer(draft, known.design) if known else "",
        "designs": designs[:SHOWN],
        "others": designs[SHOWN:],
        "step": 2,
    }
    return render(request, "broadcasts/version.html", context, status=400 if request.method == "POST" else 200)


@require_POST
@role("owner", "marketer")
@of_draft
def broadcast_lengths(request: StaffRequest, draft: Broadcast) -> HttpResponse:
    """How long the words get, where that costs or is limited, as they are written. Nothing is kept."""
    return render(request, "broadcasts/lengths.html", {"lengths": _lengths(draft, VersionForm(request.POST))})


def _lengths(draft: Broadcast, form: VersionForm) -> list[str]:
    title, text = (str(form[name].value() or "") for name in ("subject", "text"))
    if not text or max(len(title), len(text)) > MAX_SOURCE:
        return []
    return lengths([draft.channel], title=title, body=text, unsubscribable=True)


def composer(draft: Broadcast, design: Design, page: str = "design") -> str:
    """Where a design is written, and whence the way back leads to this step."""
    back = {"back": reverse("broadcast_what", args=[draft.uid])}
    return f"{reverse(page, args=[design.uid])}?{urlencode(back)}"


def _form(request: StaffRequest, said: Sequence[Variant], known: Variant | None) -> VersionForm:
    """A letter is changed here; any other design is only taken. A new version begins as the first is."""
    shown = known or (said[0] if said else None)
    initial: dict[str, object] = {}
    if shown and shown.design.kind == LETTER_KIND:
        content = shown.design.contents[shown.design.language]
        initial = {"subject": content["subject"], "text": content["body"]["text"]}
    writes = request.method == "POST" and not {"design", "begin", "remove"} & request.POST.keys()
    return VersionForm(request.POST if writes else None, initial=initial)


def _to_take(said: Sequence[Variant]) -> list[Design]:
    """What may be taken: not what another version says already."""
    return list(kept_designs().exclude(pk__in=[one.design_id for one in said])[:MOST])


def _design(
    request: StaffRequest, form: VersionForm, draft: Broadcast, known: Variant | None, designs: Sequence[Design]
) -> Design | None:
    """None where what was posted is not understood: the page says where."""
    by, at = str(request.user), clock.now()
    if "design" in request.POST:
        return next((one for one in designs if str(one.uid) == request.POST["design"]), None)
    if "begin" in request.POST:
        language = business().language
        return designing.create_design(kind=DESIGNED, name=draft.name, language=language, by=by, at=at)
    if not form.is_valid():
        return None
    subject, text = form.cleaned_data["subject"], form.cleaned_data["text"]
    try:
        if known and known.design.kind == LETTER_KIND:
            _write(known.design, subject, text, by=by, at=at)
            return known.design
        return plain_design(subject=subject, body=text, kind=LETTER_KIND, name=draft.name, by=by, at=at)
    except InvalidContents as refused:
        for problem in refused.problems:
            form.add_error("subject" if ".subject" in problem.path else "text", problem.message)
        return None


def _write(design: Design, subject: str, text: str, *, by: str, at: datetime) -> None:
    content = design.contents[design.language]
    written = content | {"subject": subject, "body": content["body"] | {"text": text}}
    designing.edit_design(design, contents=design.contents | {design.language: written}, by=by, at=at)


def _keep(request: StaffRequest, draft: Broadcast, chosen: list[Design], to: str = "") -> HttpResponse:
    return keep(request, draft, "broadcast_what", to=to, designs=chosen)
