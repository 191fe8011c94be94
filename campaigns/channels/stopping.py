"""Stop: who asks for no more gets no more, in whichever way and language they say so. Nothing is guessed.

Words that are only that are obeyed at once. Where they stand in a longer text they are shown to a colleague.
"""

import re
from datetime import datetime

from django.db import transaction

from crm.contacts.actions import hold, record_consent
from crm.contacts.evidence import evidence
from crm.contacts.models import Consent, Contact, Topic
from engage.lib.patience import patient

WORDS = frozenset(
    {"stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out"}
    | {"alto", "parar", "baja", "cancelar", "退订", "td", "t"}
)
"""What carriers of text messages have people answer."""

PHRASES = frozenset(
    {
        "stop", "please stop", "stop please", "stop it", "unsubscribe", "unsubscribe me", "please unsubscribe",
        "please unsubscribe me", "remove me", "please remove me", "remove me from your list", "opt out", "opt me out",
        "take me off your list", "please take me off your list", "remove me from this list", "stop writing to me",
        "stop emailing me", "please stop emailing me", "stop sending me emails", "stop sending me mails",
        "do not write to me", "don't write to me", "please do not write to me", "please don't write to me",
        "do not write to me any more", "don't write to me any more", "do not write to me again",
        "don't write to me again", "do not contact me", "do not contact me again", "don't contact me",
        "don't contact me again", "do not email me", "do not email me again", "don't email me", "no more emails",
        "no more mails", "no more emails please", "no more messages", "leave me alone",
        "baja", "darme de baja", "quiero darme de baja", "dame de baja", "denme de baja", "deme de baja",
        "cancelar suscripción", "cancelar la suscripción", "no me escriban", "no me escriban más", "no me escribas",
        "no me escribas más", "no me escriba más", "no más correos", "no quiero más correos", "dejen de escribirme",
        "deja de escribirme", "no quiero recibir más correos", "basta", "alto", "por favor no me escriban más",
        "退订", "取消订阅", "退訂", "取消訂閱", "停止", "不要再发了", "请不要再发了",
        "不要再给我发邮件", "请不要再给我发邮件", "不要再联系我", "请不要再联系我", "别再发了",
        "别再给我发邮件了", "不要再发邮件", "请停止",
        "请退订", "我要退订",
        "stopp", "bitte stopp", "abmelden", "bitte abmelden", "abbestellen", "bitte abbestellen", "austragen",
        "bitte austragen", "newsletter abbestellen", "keine mails mehr", "keine e-mails mehr", "bitte keine mails mehr",
        "keine werbung mehr", "bitte keine werbung mehr", "schreiben sie mir nicht mehr", "schreibt mir nicht mehr",
        "bitte schreiben sie mir nicht mehr", "bitte schreibt mir nicht mehr", "hören sie auf mir zu schreiben",
        "désabonner", "désinscrire", "me désabonner", "me désinscrire", "désabonnez-moi", "désinscrivez-moi",
        "désinscription", "désabonnement", "arrêtez", "arrêt", "ne m'écrivez plus", "veuillez ne plus m'écrire",
        "ne plus m'écrire", "ne me contactez plus", "plus de mails", "plus d'emails", "merci de me désinscrire",
        "merci de me désabonner",
    }
)  # fmt: skip
"""What people write in a mail, in English, Spanish, Chinese, German and French."""

_WITHIN = frozenset(phrase for phrase in PHRASES if len(phrase) > 6 and (" " in phrase or not phrase.isascii())) | {
    "unsubscribe",
    "退订",
    "取消订阅",
    "abmelden",
    "abbestellen",
}
_AROUND = re.compile(r"^\W+|\W+$")
LONGEST = 80
MOST_READ = 5000


def is_stop(text: str, words: frozenset[str] = PHRASES) -> bool:
    """Whether a text says this and nothing else."""
    return len(text) <= LONGEST and _plain(text) in words


def mentions_stop(text: str) -> bool:
    """Whether it stands in a longer text, for a person to see."""
    said = f" {_plain(text[:MOST_READ])} "
    return any((f" {phrase} " if _spaced(phrase) else phrase) in said for phrase in _WITHIN)


@patient
def withdraw(*, contact: Contact, channel: str, words: str, source: str, at: datetime) -> list[Topic]:
    """No more on this channel about anything. Returns the topics about which it was permitted."""
    with transaction.atomic():
        hold(contacts=[contact.pk])
        standing = evidence(contact, channel)
        for one in standing:
            if one.granted or one.consent is None:
                record_consent(
                    contact=contact,
                    topic=one.topic,
                    channel=channel,
                    state=Consent.State.WITHDRAWN,
                    how=Consent.How.REPLY,
                    words=words,
                    source=source,
                    at=at,
                )
        return [one.topic for one in standing if one.granted]


def _plain(text: str) -> str:
    spaced = " ".join(re.sub(r"[.,;:!?()\"“”„…。，！？、·]+", " ", text.replace("’", "'")).split())
    return _AROUND.sub("", spaced).casefold()


def _spaced(phrase: str) -> bool:
    """Chinese has no spaces between words."""
    return phrase[0] < "\u2e80"
