"""The author of an entry is told that it is shown, or why it is not: through the ledger, once for each decision.

They gave it to us and wait for this (transactional). It leaves some minutes after the decision, which can be taken back
until then.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from campaigns.contests.links import contest_url, draw_url, entry_url
from campaigns.contests.models import Contest, Entry
from crm.business.queries import business
from crm.dialogue.actions import Draft, queue
from crm.dialogue.actions.taking_back import take_back as take_letters_back
from crm.dialogue.models import Message
from crm.dialogue.queries import blocked_among
from engage.lib.spoken import speak

WAITS = timedelta(minutes=5)
Standing = Entry.Standing


def origin(contest: Contest) -> str:
    return f"contest:{contest.uid}"


def tell(contest: Contest, entries: Sequence[Entry], *, at: datetime) -> int:
    """How many letters wait. Their contacts are beside them; whom we do not answer is not written to."""
    unheard = blocked_among({one.contact_id for one in entries})
    by_language: dict[str, list[Entry]] = defaultdict(list)
    for one in entries:
        if one.contact_id not in unheard and one.standing != Standing.WAITING:
            by_language[one.contact.language].append(one)
    for language, theirs in by_language.items():
        with speak(language, business().language):
            queue([_letter(contest, one, at) for one in theirs], at=at)
    return sum(map(len, by_language.values()))


def take_back(entries: Sequence[Entry], *, at: datetime) -> None:
    """Those that have not left. Hold their people first."""
    take_letters_back([one.contact_id for one in entries], [_walk(one) for one in entries], at=at)


def _walk(entry: Entry) -> str:
    assert entry.decided is not None
    return f"{entry.uid} {entry.decided.timestamp():.6f}"


def _letter(contest: Contest, entry: Entry, at: datetime) -> Draft:
    key = contest.survey.key
    said = {"contest": contest.survey.title, "url": entry_url(key, entry), "all": contest_url(key)}
    if entry.standing == Standing.SHOWN:
        subject = _("Your photo is in: %(contest)s")
        text = _("Thank you for entering “%(contest)s”. Everybody can see your photo now:\n%(url)s")
        if contest.by == Contest.By.DRAW:
            said |= {"commitment": contest.commitment, "draw": draw_url(key)}
            text += "\n\n" + _(
                "The fingerprint of the draw, with which you can check it later:\n%(commitment)s\n%(draw)s"
            )
    elif entry.reason:
        said["reason"] = _(entry.reason)  # one of the ready ones in their language, else as it was written
        subject = _("Your photo is not shown: %(contest)s")
        text = _(
            "Thank you for entering “%(contest)s”. We looked at your photo and do not show it:\n\n%(reason)s\n\n"
            "You can answer this mail. The contest: %(all)s"
        )
    else:
        subject = _("Your photo is not shown: %(contest)s")
        text = _(
            "Thank you for entering “%(contest)s”. We looked at your photo and do not show it.\n\n"
            "You can answer this mail. The contest: %(all)s"
        )
    return Draft(
        contact=entry.contact_id,
        recorded_for=entry.recorded_for_id,
        klass=Message.Class.TRANSACTIONAL,
        origin=origin(contest),
        occurrence=f"{_walk(entry)}:{entry.standing}",
        subject=subject % said,
        text=text % said,
        due=at + WAITS,
    )
