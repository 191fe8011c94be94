"""One answer for each address: an answer waits until the link that was mailed to its address has been followed."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaigns.surveys import queries
from campaigns.surveys.asked.kinds.kind import Answer
from campaigns.surveys.confirming.signing import KEPT
from campaigns.surveys.confirming.until import TooLate, until
from campaigns.surveys.confirming.was_it_you import letter, may_be_asked
from campaigns.surveys.limits.limits import Once, parse_limits
from campaigns.surveys.links import CONFIRM_LIVES, Visitor, own_answer_url
from campaigns.surveys.models import Response
from campaigns.surveys.taking.answers import read_back
from campaigns.surveys.taking.recording import Occasion, answer, set_apart
from campaigns.surveys.taking.visitors import device_of, meet
from crm.business.queries import business
from crm.contacts.actions import Owner, address_digest, hold, prove
from crm.contacts.normal import IdentityKey
from crm.dialogue.actions import queue
from engage.lib.local_time import zone_of


def wait(occasion: Occasion, answers: Mapping[str, Answer], *, address: IdentityKey) -> Response | None:
    """Keep the answers apart, and mail the link that makes them count; None if they were sent before.

    The address is a mere claim of whoever typed it, who is a visitor until then; nothing tells whether it is known.
    """
    with transaction.atomic():
        made = set_apart(occasion, answers, Response.State.WAITING, address=address.value)
        if made is None:
            return None
        definition = queries.definition_of(occasion.version)
        who = meet(occasion.visitor, {}, definition, at=occasion.at, language=get_language() or "").who
        made.contact_id, made.recorded_for_id, made.address = who.contact, who.recorded_for, address.value
        made.save(update_fields=["contact", "recorded_for"])
        _mail(made, definition.title, occasion.at)
    return made


def confirm(*, waiting: Response, at: datetime) -> Response | None:
    """Somebody followed the link: the address is theirs, and the answer counts if it is their first, or may take the
    place of that. However often at once, it counts once. None where they answered before. Raises Full, TooLate."""
    with transaction.atomic():
        key = IdentityKey("email", waiting.address)
        visitor = Visitor(waiting.occasion, origin=waiting.origin)
        held = hold(keys=[key, device_of(visitor)], contacts=[waiting.contact_id] if waiting.contact_id else [])
        fresh = Response.objects.select_related("version", "survey", "contact").get(pk=waiting.pk)
        if fresh.state == Response.State.FINAL:
            return fresh
        if fresh.state != Response.State.WAITING or fresh.contact_id is None or fresh.recorded_for_id is None:
            return None
        if (last := until(fresh.survey_id, lock=True)) and at >= last:
            raise TooLate
        prove(held, key=key, claimant=Owner(fresh.contact_id, fresh.recorded_for_id), at=at)
        Response.objects.filter(pk=fresh.pk).update(state=Response.State.BEGUN)
        made = answer(
            version=fresh.version,
            visitor=visitor,
            answers={id: read_back(raw) for id, raw in fresh.answers.items()},
            at=at,
            wordings={id: raw["question"] for id, raw in fresh.answers.items()},
            declined=frozenset(id for id, raw in fresh.answers.items() if raw.get("declined")),
            language=fresh.language,
            once=_once(fresh, key),
        )
        if made is None:
            transaction.set_rollback(True)
        return made


def _once(waiting: Response, key: IdentityKey) -> str:
    """Where an address only stands for a proof of work, it may answer as often as anybody."""
    is_once = parse_limits(waiting.survey.limits).once is Once.ADDRESS
    return f"address:{address_digest(key.value).hex()}" if is_once else ""


def give_up(waiting: Response) -> None:
    """It came when all places were taken: counted apart, and its address is forgotten."""
    still = Response.objects.filter(pk=waiting.pk, state=Response.State.WAITING)
    still.update(state=Response.State.FULL, address="")


def _mail(waiting: Response, title: str, at: datetime) -> None:
    """Unless the address has had many, or is on the do-not-write list."""
    if not may_be_asked(waiting.address, at):
        return
    said = {
        "survey": title,
        "url": own_answer_url(waiting, waiting.survey.key, at),
        "days": KEPT.days,
    }
    text = _(
        "Somebody, most likely you, answered “%(survey)s” and gave this address.\n\n"
        "If it was you, open this page and press its button; your answer counts then:\n%(url)s\n\n"
        "The link works for a week. If it was not you, do nothing: the answer counts nowhere, and is forgotten with "
        "your address after %(days)s days. It puts you on no list."
    )
    last = until(waiting.survey_id)
    if last and last < at + CONFIRM_LIVES:
        said["when"] = date_format(timezone.localtime(last, zone_of(business().timezone)), "j F Y, H:i")
        text += "\n\n" + _("Please do so before %(when)s: later it does not count any more.")
    asking = letter(
        owner=Owner(waiting.contact_id or 0, waiting.recorded_for_id or 0),
        address=waiting.address,
        origin="own-answer",
        subject=_("%(shop)s: please confirm your answer") % {"shop": business().name or "Engage"},
        text=text % said,
        at=at,
    )
    queue([asking], at=at)
