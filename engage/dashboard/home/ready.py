"""Get ready: the few steps between a new shop and the first message, until all are done."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from crm.business.models import Business
from engage.dashboard.home import queries


@dataclass(frozen=True)
class Step:
    title: str
    url: str
    action: str
    minutes: int
    done: bool


def steps(business: Business) -> list[Step]:
    """One query."""
    done = queries.steps_done()
    sender = bool(business.sender_email)
    return [
        Step(_("Bring in your people"), reverse("start_people"), _("Choose how"), 3, done["people"]),
        Step(_("Say from which address you write"), reverse("settings_sending"), _("Set it"), 5, sender),
        Step(_("Put the script on your site"), reverse("settings_website"), _("Copy it"), 2, done["site"]),
        Step(_("Switch on Welcome and ask"), reverse("recipes"), _("Look"), 3, done["journey"]),
        Step(_("Invite a colleague"), reverse("settings_team"), _("Invite"), 1, done["team"]),
    ]


def unfinished(business: Business) -> list[Step]:
    """All steps, until the last one is done; then none."""
    found = steps(business)
    return [] if all(step.done for step in found) else found
