"""What surveys, and their questions, are called on screen."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from campaigns.surveys.asked.questions import Type
from campaigns.surveys.limits.limits import parse_limits
from campaigns.surveys.models import Survey

SENTENCE_HINT = _("Write {{ value }} where the answer stands.")

STATE_LABELS: dict[str, object] = {
    Survey.State.DRAFT: _("Draft"),
    Survey.State.PUBLISHED: _("Open"),
    Survey.State.CLOSED: _("Closed"),
}


def state_of(survey: Survey, at: datetime) -> object:
    """What whoever comes now finds: a published survey is open where its limits, too, let them in. It says how many
    places are `taken` (queries.TAKEN)."""
    limits = parse_limits(survey.limits)
    if survey.state != Survey.State.PUBLISHED:
        return STATE_LABELS[survey.state]
    if limits.is_early(at):
        return _("Not open yet")
    if limits.is_late(at):
        return STATE_LABELS[Survey.State.CLOSED]
    taken: int | None = survey.taken  # type: ignore[attr-defined]
    if limits.most is not None and taken is not None and taken >= limits.most:
        return _("Full")
    return STATE_LABELS[survey.state]


KIND_LABELS: dict[str, object] = {
    Type.ONE_OF: _("One of"),
    Type.SEVERAL_OF: _("Several of"),
    Type.STARS: _("Stars"),
    Type.YES_NO: _("Yes or no"),
    Type.TEXT: _("Words"),
    Type.EMAIL: _("E-mail address"),
    Type.PAGE: _("New page"),
    Type.STATEMENT: _("Text between"),
    Type.LINE: _("One line"),
    Type.NUMBER: _("Number"),
    Type.DATE: _("Day"),
    Type.SMILEYS: _("Smileys"),
    Type.SCALE: _("Numbers on a scale"),
    Type.SLIDER: _("Slider"),
    Type.NPS: _("Would recommend, 0 to 10 (NPS)"),
    Type.CSAT: _("Satisfied, 1 to 5 (CSAT)"),
    Type.CES: _("Easy, 1 to 7 (CES)"),
    Type.RANKING: _("Put in order"),
    Type.MATRIX: _("One answer for each line"),
    Type.PICTURE: _("One of some pictures"),
    Type.PRODUCT: _("One of your products"),
    Type.PHOTO: _("Photo"),
    Type.PHONE: _("Phone number"),
    Type.ADDRESS: _("Postal address"),
    Type.FIRST_NAME: _("First name"),
    Type.CONSENT: _("Tick to agree"),
    Type.PERMISSION: _("Permission to write"),
    Type.HIDDEN: _("Brought by the link"),
}
FIRST = (Type.ONE_OF, Type.SEVERAL_OF, Type.STARS, Type.YES_NO, Type.TEXT, Type.EMAIL)
"""What is asked most; the rest stands under More."""

ICONS: dict[str, str] = {
    Type.ONE_OF: "circle-check",
    Type.SEVERAL_OF: "list",
    Type.STARS: "star",
    Type.YES_NO: "check",
    Type.TEXT: "note",
    Type.EMAIL: "mail",
}
OTHER_ICON = "question-mark"


def kinds(types: tuple[Type, ...]) -> list[tuple[str, object, str]]:
    """What can be added."""
    return [(type.value, KIND_LABELS[type], ICONS.get(type, OTHER_ICON)) for type in types]


def more_kinds() -> list[tuple[str, object, str]]:
    return kinds(tuple(Type(type) for type in KIND_LABELS if type not in FIRST))
