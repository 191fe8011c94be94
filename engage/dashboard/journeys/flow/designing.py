"""From the card of a message step into the composer: what it says becomes a design of blocks, which the step names."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.designs.actions import create_design
from campaigns.designs.models import Design
from campaigns.designs.parse import DESIGNED, InvalidContents, empty, new_block
from campaigns.journeys.drafts import edit_draft, mark
from campaigns.journeys.models import Journey
from campaigns.journeys.ways import steps_of
from crm.business.queries import business
from engage.dashboard.journeys.one import journey_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock
from engage.lib.former import Overtaken


@require_POST
@role("owner", "marketer")
def flow_design(request: StaffRequest, uid: UUID, step: str) -> HttpResponse:
    """Begin a design in the step's place; undo in the flow takes it back, and the design stays among the others."""
    found = journey_or_404(uid)
    part = steps_of(found.draft).get(step)
    if part is None or part["kind"] != "send":
        raise Http404
    card, by, at = reverse("journey_flow_card", args=[found.uid, step]), str(request.user), clock.now()
    design = _begun(found, part.get("design"), by, at)
    try:
        edit_draft(found, draft=_naming(found.draft, step, design), seen=mark(found.draft), by=by, at=at)
    except Overtaken:
        toast(request, _("Somebody changed the journey meanwhile: the design is among the designs."), wrong=True)
        return redirect(card)
    return redirect(f"{reverse('design', args=[design.uid])}?{urlencode({'back': card})}")


def _begun(found: Journey, said: Any, by: str, at: datetime) -> Design:
    """With the words that the step says so far, where they can stand in a design."""
    said = said if isinstance(said, dict) else {}
    subject, text = (str(said.get(name) or "") for name in ("subject", "body"))
    kept: dict[str, Any] = {"kind": DESIGNED, "name": found.name, "language": business().language, "by": by, "at": at}
    if said.get("kind", "letter") == "letter" and (subject or text):
        blocks = [new_block("text", "a") | {"text": text}]
        content = empty(DESIGNED) | {"subject": subject, "body": {"blocks": blocks}}
        try:
            return create_design(contents={kept["language"]: content}, **kept)
        except InvalidContents:
            pass
    return create_design(**kept)


def _naming(draft: dict[str, Any], step: str, design: Design) -> dict[str, Any]:
    part = draft["steps"][step]
    before = part.get("design")
    words = {"words": before["words"]} if isinstance(before, dict) and before.get("words") else {}
    return draft | {"steps": draft["steps"] | {step: part | {"design": {"uid": str(design.uid)} | words}}}
