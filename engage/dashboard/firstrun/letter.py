"""Write to yourself: a ready welcome message with one question, so that the owner sees the loop before any setting."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.channels import contents
from campaigns.channels.compile import compile_design
from campaigns.surveys import actions as surveys
from campaigns.surveys.asked.definition import Definition
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.models import Survey
from crm.business.models import Business, User
from crm.contacts import normal
from crm.contacts.actions import hold
from crm.contacts.models import Contact, Identity
from crm.contacts.normal import IdentityKey
from crm.dialogue.actions import Draft, queue
from crm.dialogue.models import Message

ORIGIN = "yourself"
SURVEY = "welcome"
DRINKS = frozenset({"coffee", "tea", "café", "cafe", "té", "咖啡", "茶"})


@dataclass(frozen=True)
class Ask:
    """A question that is worth asking in a shop of one kind."""

    key: str
    label: str
    text: str
    answers: tuple[str, ...]
    sentence: str


def write_to_yourself(*, user: User, business: Business, at: datetime) -> Message:
    """Queue the welcome message to the colleague's own address, at most once a minute."""
    survey = Survey.objects.filter(key=SURVEY).first() or _make_survey(business, by=str(user), at=at)
    content = contents.keep(
        compile_design(_("One question, %(shop)s") % {"shop": business.name}, _text(survey), "letter"),
        label=_("Write to yourself"),
    )
    return queue_to_yourself(user, content=content, origin=ORIGIN, occurrence=f"{user.uid}:{at:%Y%m%d%H%M}", at=at)


def queue_to_yourself(
    user: User, *, content: int, origin: str, occurrence: str, at: datetime, variables: Mapping[str, Any] | None = None
) -> Message:
    """One message to the colleague's own address, through the ledger like any other; the one of this occurrence if it
    is there already."""
    with transaction.atomic():
        contact = _yourself(user, at=at)
        of_it = Message.objects.filter(recorded_for=contact, origin=origin, occurrence=occurrence)
        if known := of_it.first():
            return known
        draft = Draft(
            contact=contact.pk,
            recorded_for=contact.pk,
            klass=Message.Class.TRANSACTIONAL,
            origin=origin,
            occurrence=occurrence,
            lane=Message.Lane.INTERACTIVE,
            content=content,
            variables=dict(variables or {}),
        )
        queue([draft], at=at)
        return of_it.get()


def _yourself(user: User, *, at: datetime) -> Contact:
    """The colleague as a person we know, held; made when there is none. Inside a transaction."""
    key = normal.email(user.email) or IdentityKey("email", user.email)
    owner = hold(keys=[key]).owners.get(key)
    if owner:
        return Contact.objects.get(pk=owner.contact)
    first_name = user.name.split()[0] if user.name else ""
    contact = Contact.objects.create(name=user.name, first_name=first_name, origin=ORIGIN, created=at, last_seen=at)
    Identity.objects.create(
        contact=contact, recorded_for=contact, kind=key.kind, value=key.value, proof=Identity.Proof.STAFF
    )
    return contact


def _text(survey: Survey) -> str:
    lines = [
        _("Hello {{ contact.first_name }},"),
        _("it is good to have you with us. So that we write to you only about what you like, one question:"),
        f"{{% question {survey.key} %}}",
        _("One tap is enough. We remember your answer and use it to choose what we tell you about."),
        "{{ business.sender_name }}",
    ]
    return "\n\n".join(lines)


def _make_survey(business: Business, *, by: str, at: datetime) -> Survey:
    survey = surveys.create(definition=_definition(business), by=by, at=at, key=SURVEY)
    surveys.publish(survey=survey, by=by, at=at)
    return survey


def _definition(business: Business) -> Definition:
    ask = _ask(business.one_word)
    choices = [{"no": number, "label": label} for number, label in enumerate(ask.answers, start=1)]
    remember = {"key": ask.key, "label": ask.label, "citable": True, "sentence": ask.sentence}
    question = {"id": ask.key, "type": "one_of", "text": ask.text, "choices": choices, "remember": remember}
    return parse({"title": _("Welcome"), "questions": [question]})


def _ask(one_word: str) -> Ask:
    if one_word.strip().lower() in DRINKS:
        return Ask(
            key="milk",
            label=_("Milk"),
            text=_("Which milk do you take?"),
            answers=(_("oat milk"), _("cow's milk"), _("no milk")),
            sentence=_("You take {{ value }}."),
        )
    return Ask(
        key="buys_for",
        label=_("Buys for"),
        text=_("For whom do you buy most?"),
        answers=(_("for myself"), _("as gifts"), _("for work")),
        sentence=_("You buy most {{ value }}."),
    )
