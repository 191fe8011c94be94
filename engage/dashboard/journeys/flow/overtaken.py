"""What somebody else changed in a draft while one looked at it."""

from django.utils.translation import gettext as _

from campaigns.journeys.comparing import changes
from campaigns.journeys.describe import sentence, starts_when
from campaigns.journeys.drafts import mark, overtaken_by
from campaigns.journeys.models import Journey
from campaigns.journeys.naming import written_out
from campaigns.journeys.parse import InvalidDefinition, parse


def what_changed(journey: Journey, seen: str) -> list[str]:
    """In sentences; who did it comes first. Where a draft cannot be read, that is all."""
    since = overtaken_by(journey, seen)
    names = ", ".join(dict.fromkeys(former.by for former in since)) or _("Somebody")
    told = [_("{names} changed it.").format(names=names)]
    before = next((former.draft for former in since if mark(former.draft) == seen), None)
    try:
        old, new = parse(written_out(before)), parse(written_out(journey.draft))
    except InvalidDefinition:
        return told
    if starts_when(old) != starts_when(new):
        told.append(starts_when(new))
    for change in changes(old, new):
        if change.after is None and change.before is not None:
            told.append(_("Gone: {sentence}").format(sentence=sentence(change.before)))
        elif change.before is None and change.after is not None:
            told.append(_("New: {sentence}").format(sentence=sentence(change.after)))
        elif change.after is not None:
            told.append(_("Now: {sentence}").format(sentence=sentence(change.after)))
    return told
