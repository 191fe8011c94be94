"""Messages of one person for the belt to say."""

from datetime import UTC, datetime

from campaigns.channels import contents
from campaigns.channels.compile import compile_design
from crm.contacts.models import Contact, Topic
from crm.dialogue.actions import Draft, queue
from crm.dialogue.models import Message
from engage import speak

MORNING = datetime(2026, 5, 4, 10, tzinfo=UTC)
BODY = "Hello {{ contact.first_name }}.\n\n{% recall milk %}With {{ value }}, as {{ because }}.{% endrecall %}\n\nBye."


def content(body: str = BODY) -> int:
    return contents.keep(compile_design("For {{ contact.first_name }}", body, "letter"))


def draft(person: Contact, topic: Topic | None = None, **fields: object) -> Draft:
    given = {"klass": "marketing", "origin": "journey:x:y", "occurrence": "1", "content": None, **fields}
    if given["content"] is None and given["klass"] == "marketing":
        given["content"] = content()
    return Draft(contact=person.pk, recorded_for=person.pk, topic=topic.pk if topic else None, **given)


def say_it(person: Contact, topic: Topic | None = None, **fields: object) -> Message:
    (pk,) = queue([draft(person, topic, **fields)], at=MORNING)
    speak.run()
    return Message.objects.get(pk=pk)
