"""The entry form: the questions that every contest asks, and what its survey may not lack."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.contests.models import Contest
from campaigns.surveys.asked.definition import Definition, Problem
from campaigns.surveys.asked.questions import Type
from campaigns.surveys.models import Survey
from crm.business.queries import business
from engage.lib import plain
from engage.lib.spoken import speak

PHOTO, CAPTION, FIRST_NAME, RIGHTS = "photo", "caption", "first_name", "rights"
LONGEST_CAPTION, LONGEST_NAME, LONGEST_RIGHTS = 200, 60, 500
SEE_YOUR_PHOTO = gettext_lazy("See your photo’s page")


def usual_rights() -> str:
    """In the shop's language."""
    with speak(business().language):
        return _("It is my own photo, and you may show it, with what I wrote beside it, for this contest.")


def usual_criterion() -> str:
    """In the shop's language."""
    with speak(business().language):
        return _("The whole")


def definition(*, title: str, intro: str, rights: str) -> dict[str, object]:
    """As `campaigns.surveys.asked.parse` reads it, in the shop's language."""
    with speak(business().language):
        return _definition(title, intro, rights)


def _definition(title: str, intro: str, rights: str) -> dict[str, object]:
    words = plain.line(rights)[:LONGEST_RIGHTS] or usual_rights()
    told = _("We write to you once it is shown, and once more to tell you how it ended.")
    terms = _("Terms and prizes stand on the page of the contest.")
    return {
        "title": plain.line(title),
        "intro": plain.lines(intro).strip(),
        "thanks": _("We look at each photo before others see it, and write to you once it is shown."),
        "questions": [
            {"id": PHOTO, "type": Type.PHOTO.value, "text": _("Your photo"), "required": True, "help": told},
            {"id": CAPTION, "type": Type.LINE.value, "text": _("A line below it"), "most": LONGEST_CAPTION},
            {
                "id": FIRST_NAME,
                "type": Type.LINE.value,
                "text": _("A first name"),
                "help": _("Shown beside your photo. Leave it empty to be shown without a name."),
                "most": LONGEST_NAME,
            },
            {"id": RIGHTS, "type": Type.CONSENT.value, "text": words, "help": terms, "required": True},
        ],
    }


def wanted(survey: Survey, definition: Definition) -> Iterator[Problem]:
    """A contest is not published without its photo and its tick, each asked of everybody. One query."""
    if not Contest.objects.filter(survey=survey.pk).exists():
        return
    needed = {
        PHOTO: (Type.PHOTO, _("A contest needs its own question for the photo, to be answered by everybody.")),
        RIGHTS: (Type.CONSENT, _("A contest needs its own tick that you may show the photo, for everybody.")),
    }
    for id, (type, message) in needed.items():
        one = definition.question(id)
        if one is None or one.type is not type or not one.required or one.show is not None:
            yield Problem("questions", message)
