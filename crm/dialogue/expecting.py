"""When a person answers what somebody writes: said on every page and in every answer that goes by itself."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.business.hours import opens
from crm.business.queries import working_week
from engage.lib.dates import in_words


@dataclass(frozen=True, slots=True)
class Expected:
    """`here`: the shop is open. `back`: when it opens, on its own clock; None where it is open, and where nobody knows.
    `closed`: by the switch, not for the night."""

    here: bool
    back: datetime | None
    closed: bool
    asked: datetime

    @property
    def text(self) -> str:
        """In the active language, '' where there is nothing to say."""
        if self.back is None:
            return ""
        said = {"day": in_words(self.back, "weekday"), "time": date_format(self.back, "H:i")}
        if self.closed:
            return _("We are closed until %(day)s, and answer from then on.") % said
        if self.back.date() == self.asked.date():
            return _("We are back today at %(time)s, and answer from then on.") % said
        return _("We are back on %(day)s at %(time)s, and answer from then on.") % said


def when_answered(at: datetime) -> Expected:
    """Two queries a second and process at most."""
    week = working_week()
    opened = opens(at, week)
    here = opened == at
    back = opened.astimezone(week.zone) if opened and not here else None
    return Expected(here, back, week.is_closed(at), at.astimezone(week.zone))
