from crm.contacts.models import Contact
from crm.dialogue.models import Message
from tests.cast import NOON


def ours(contact: Contact, **fields: object) -> Message:
    """A message of a journey to this person, accepted by the mail server."""
    ready = {
        "contact": contact,
        "recorded_for": contact,
        "direction": "out",
        "klass": "marketing",
        "channel": "email",
        "lane": 1,
        "origin": "journey:x:ask",
        "occurrence": "1",
        "subject": "What do you take in your coffee?",
        "state": "accepted",
        "at": NOON,
    }
    return Message.objects.create(**(ready | fields))


def waiting_for(contact: Contact, **fields: object) -> Message:
    """One that waits because they are talking with us."""
    return ours(contact, **({"state": "waiting", "why": "talking"} | fields))
