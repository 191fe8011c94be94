"""Somebody asks us to write to them: a request, a mail with a link, and the confirmation that makes it a consent.

Double opt-in. Nothing that a public form says is believed before the link that went to the address was opened and its
button pressed; nothing on the way tells who is known here.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.surveys.asked.languages import as_read_in
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.asked.questions import Question
from campaigns.surveys.confirming.was_it_you import letter, may_be_asked
from campaigns.surveys.links import confirm_url
from campaigns.surveys.models import SignUp, SurveyVersion
from campaigns.surveys.queries import open_requests, said_on, settled_by
from campaigns.surveys.taking.visitors import Met
from crm.business.queries import business
from crm.contacts.actions import Owner, forget_strangers, hold, prove, record_consent
from crm.contacts.erasing import Erased
from crm.contacts.models import Consent, Contact, Topic
from crm.contacts.normal import IdentityKey
from crm.dialogue.actions import Draft, queue
from crm.dialogue.models import Conversation, Note, Task
from engage.lib import live, sql
from engage.lib.spoken import speak

STREAM = "surveys"
ONE_MAIL_IN = timedelta(hours=1)
"""Asked again within it with the same answers, nothing more is sent."""

KEPT = timedelta(days=30)
"""How long a request waits to be confirmed before its address is forgotten."""

SLICE = 500


def ask(
    *,
    met: Met,
    version: SurveyVersion,
    network_address: str | None,
    language: str,
    at: datetime,
    origin: str = "",
) -> SignUp | None:
    """Keep the request of whoever was met, and send the link that confirms it; None if nobody asked.

    Runs in the transaction that holds them. Who asks again may be anybody who knows the address: it is a request of its
    own, and each link shows and confirms what was said with the request that it was sent for.
    """
    if met.asking is None:
        return None
    made = SignUp(
        survey_id=version.survey_id,
        version=version,
        address=met.address,
        network_address=network_address,
        language=spoken_by(met.address) or language,
        origin=origin,
        asked=at,
        again=open_requests(version.survey_id, met.address).exists(),
    )
    made.contact_id, made.recorded_for_id = met.asking
    made.save()
    send_link(sign_up=made, at=at)
    return made


def send_link(*, sign_up: SignUp, at: datetime) -> None:
    """Mail the link, unless one that says the same went within the hour, the address has had many, or it is on the
    do-not-write list."""
    if _was_mailed(sign_up, at) or not may_be_asked(sign_up.address, at):
        return
    with speak(sign_up.language):
        queue([_letter(sign_up, at)], at=at)
    SignUp.objects.filter(pk=sign_up.pk).update(mailed=at)


def confirm(*, sign_up: SignUp, network_address: str | None, at: datetime) -> SignUp | None:
    """They pressed the button behind the link: the address is theirs, and their permission stands in the ledger.

    However often and by however many at once: the first one counts, also of several requests for the same address, and
    every one gets back the request that was confirmed. None if it was forgotten meanwhile.
    """
    key = IdentityKey("email", sign_up.address)
    with transaction.atomic():
        held = hold(keys=[key], contacts=[sign_up.contact_id])
        fresh = SignUp.objects.select_related("version", "survey", "contact").get(pk=sign_up.pk)
        if not fresh.address:
            return None
        if done := settled_by(fresh):
            return done
        claimant = Owner(held.present[sign_up.contact_id], fresh.recorded_for_id)
        owner = prove(held, key=key, claimant=claimant, at=at)
        SignUp.objects.filter(pk=fresh.pk).update(confirmed=at)
        definition = as_read_in(parse(fresh.version.definition), fresh.language)
        for topic in topics_of(definition.permission):
            record_consent(
                contact=Contact(pk=owner.contact),
                recorded_for=owner.recorded_for,
                topic=topic,
                state=Consent.State.GRANTED,
                how=Consent.How.DOUBLE_OPT_IN,
                words=definition.permission.text if definition.permission else "",
                source=definition.title,
                asked=fresh.asked,
                at=at,
                network_address=network_address,
            )
        live.publish(STREAM, {"survey": fresh.survey_id})
    return SignUp.objects.select_related("version", "survey", "contact").get(pk=sign_up.pk)


def topics_of(question: Question | None) -> list[Topic]:
    """What a permission is for, as far as it still exists. One query."""
    return list(Topic.objects.filter(key__in=question.topics)) if question else []


def sweep(*, at: datetime) -> None:
    """Forget the addresses of requests that nobody confirmed, and whoever is known by nothing else. In slices."""
    old = SignUp.objects.filter(confirmed=None, asked__lt=at - KEPT).exclude(address="")
    while found := dict(old.order_by("asked").values_list("pk", "contact")[:SLICE]):
        with transaction.atomic():
            forget_strangers(silent(set(found.values())), at=at)
            sql.run(f"{_EMPTY} WHERE id = ANY(%s)", [list(found)])


def empty_requests(erased: Erased) -> None:
    """Requests of erased people, or for their addresses, stay as counts."""
    sql.run(
        f"{_EMPTY} WHERE contact_id = ANY(%s) OR (address <> '' AND address = ANY(%s))",
        [list(erased.contacts), list(erased.traces)],
    )


_EMPTY = "UPDATE campaigns_surveys_signup SET address = '', network_address = NULL, language = ''"


def _was_mailed(sign_up: SignUp, at: datetime) -> bool:
    """Whether a link to the same words and answers went to the address within the hour."""
    same = open_requests(sign_up.survey_id, sign_up.address).filter(version=sign_up.version_id)
    recent = same.filter(mailed__gt=at - ONE_MAIL_IN)
    return any(one == sign_up or said_on(one) == said_on(sign_up) for one in recent)


def silent(contacts: Collection[int]) -> set[int]:
    """Those with whom nobody of us had to do."""
    known = {pk for model in (Conversation, Note, Task) for pk in _of(model, contacts)}
    return set(contacts) - known


def _of(model: type[Conversation | Note | Task], contacts: Collection[int]) -> list[int]:
    return list(model._default_manager.filter(contact__in=contacts).values_list("contact", flat=True))


def spoken_by(address: str) -> str:
    """The language of whom we know by this address: only they read the mail."""
    owners = Contact.objects.filter(identities__kind="email", identities__value=address).exclude(identities__proof="")
    return owners.values_list("language", flat=True).first() or ""


def _letter(sign_up: SignUp, at: datetime) -> Draft:
    definition = as_read_in(parse(sign_up.version.definition), sign_up.language)
    assert definition.permission is not None
    said = {
        "form": definition.title,
        "topics": ", ".join(topic.label for topic in topics_of(definition.permission)),
        "words": definition.permission.text,
        "url": confirm_url(sign_up, sign_up.survey.key, at),
        "days": KEPT.days,
    }
    text = _(
        "Somebody, most likely you, asked us on “%(form)s” to write to this address about: %(topics)s.\n\n"
        "The words were: “%(words)s”\n\n"
        "If that is what you want, open this page and press its button:\n%(url)s\n\n"
        "The link works for a week. If you did not ask for it, do nothing: we will not write to you, and forget your "
        "address after %(days)s days."
    )
    return letter(
        owner=Owner(sign_up.contact_id, sign_up.recorded_for_id),
        address=sign_up.address,
        origin="sign-up",
        subject=_("One step is left at %(shop)s: please confirm") % {"shop": business().name or "Engage"},
        text=text % said,
        at=at,
    )
