"""Many people paused, or spoken to again. Nobody's own switch is turned: who paused or stopped themselves stays so."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.models import Pause
from crm.lists.acts.act import Act, Change, Done
from crm.lists.models import BulkAct
from engage.lib import wake

THEMSELVES = "customer"
OWN_WORD = "own_word"
LONGER = "longer"


def _pause(job: BulkAct, contacts: Sequence[int], at: datetime) -> Done:
    """`said["days"]`, or until lifted. A pause that lasts longer stays; a shorter one is replaced."""
    days = job.said["days"]
    until = job.at + timedelta(days=days) if days else None
    standing = _standing(contacts)
    longer = {pause.contact_id for pauses in standing.values() for pause in pauses if _lasts(pause, until)}
    paused = [contact for contact in contacts if contact not in longer]
    replaced = {contact: [pause.pk for pause in standing[contact]] for contact in paused}
    _lift(replaced.values(), job, at)
    made = Pause.objects.bulk_create(
        Pause(contact_id=contact, recorded_for_id=contact, until=until, by=job.by, at=at) for contact in paused
    )
    wrote = {c: {"pause": pause.pk, "lifted": replaced[c]} for pause in made if (c := pause.contact_id)}
    return Done(wrote, Counter({LONGER: len(longer)}))


def _unpause(job: BulkAct, changes: Sequence[Change], at: datetime) -> set[int]:
    """Where our pause still stands; what it had replaced stands again."""
    ours = {change.wrote["pause"]: change for change in changes}
    standing = Pause.objects.filter(pk__in=ours, lifted=None)
    found = [ours[pk] for pk in standing.values_list("pk", flat=True)]
    _lift([[change.wrote["pause"] for change in found]], job, at, by=job.undone_by)
    _stand_again(change.wrote["lifted"] for change in found)
    return {change.id for change in found}


def _speak_again(job: BulkAct, contacts: Sequence[int], at: datetime) -> Done:
    standing = _standing(contacts)
    own = {contact for contact, pauses in standing.items() if any(pause.by == THEMSELVES for pause in pauses)}
    wrote: dict[int, Any] = {
        contact: [pause.pk for pause in pauses] for contact, pauses in standing.items() if contact not in own
    }
    _lift(wrote.values(), job, at)
    return Done(wrote, Counter({OWN_WORD: len(own)}))


def _pause_again(job: BulkAct, changes: Sequence[Change], at: datetime) -> set[int]:
    """As it was, but for whom somebody paused since."""
    standing = _standing([change.contact for change in changes])
    found = [change for change in changes if change.contact not in standing]
    _stand_again(change.wrote for change in found)
    return {change.id for change in found}


def _standing(contacts: Sequence[int]) -> dict[int, list[Pause]]:
    found: dict[int, list[Pause]] = defaultdict(list)
    for pause in Pause.objects.filter(contact__in=contacts, lifted=None):
        if pause.contact_id is not None:
            found[pause.contact_id].append(pause)
    return found


def _lasts(pause: Pause, until: datetime | None) -> bool:
    return pause.until is None or (until is not None and pause.until >= until)


def _lift(pauses: Iterable[list[int]], job: BulkAct, at: datetime, by: str = "") -> None:
    keys = [key for some in pauses for key in some]
    Pause.objects.filter(pk__in=keys).update(lifted=at, lifted_by=by or job.by)
    transaction.on_commit(lambda: wake.wake("speak"))


def _stand_again(pauses: Iterable[list[int]]) -> None:
    Pause.objects.filter(pk__in=[key for some in pauses for key in some]).update(lifted=None, lifted_by="")


def _pause_words(said: dict[str, Any]) -> str:
    return _("Paused for %(days)d days") % said if said["days"] else _("Paused until somebody lifts it")


PAUSE = Act(gettext_lazy("Pause"), _pause_words, _pause, _unpause)
LIFT = Act(gettext_lazy("Lift the pause"), lambda said: _("Spoken to again"), _speak_again, _pause_again)
