"""What rules may ask of what was said between us."""

from django.utils.translation import gettext_lazy as _

from crm.contacts import erasing
from crm.dialogue.erasing import erase_mails, erase_messages
from crm.dialogue.models import Conversation, Message
from crm.rules import Field, Kind, Rows, registry

MESSAGES = """(SELECT m.*, t.key AS about FROM crm_dialogue_message m
    LEFT JOIN crm_contacts_topic t ON t.id = m.topic_id LEFT JOIN crm_dialogue_message v ON v.id = m.inside_id
    WHERE m.direction = 'out'{only})"""
"""What became of one that went inside another is what became of that, `v`."""
SENT = "('accepted', 'delivered')"
ABOUT = (
    Field("origin", _("origin"), Kind.TEXT, "r.origin"),
    Field("class", _("class"), Kind.CHOICE, "r.class", lambda: tuple(Message.Class.choices)),
    Field("channel", _("channel"), Kind.TEXT, "r.channel"),
    Field("topic", _("topic"), Kind.TEXT, "r.about"),
)

registry.add(
    Field(
        "dialogue.open",
        _("an open conversation"),
        Kind.BOOLEAN,
        "(EXISTS (SELECT 1 FROM crm_dialogue_conversation v WHERE v.contact_id = c.id AND v.state <> 'done'))",
    ),
    Rows(
        "conversation",
        _("talked with us"),
        "crm_dialogue_conversation",
        (
            Field("state", _("state"), Kind.CHOICE, "r.state", lambda: tuple(Conversation.State.choices)),
            Field("channel", _("channel"), Kind.TEXT, "r.channel"),
            Field("closed", _("end"), Kind.DATETIME, "r.closed"),
            Field("rating", _("stars they gave"), Kind.NUMBER, "r.rating"),
            Field("spam", _("spam"), Kind.BOOLEAN, "(r.spam IS NOT NULL)"),
        ),
        time="r.opened",
    ),
    Rows(
        "message",
        _("had a message from us"),
        MESSAGES.format(only=""),
        (
            *ABOUT,
            Field("state", _("state"), Kind.CHOICE, "r.state", lambda: tuple(Message.State.choices)),
            Field("why", _("reason"), Kind.TEXT, "r.why"),
            Field("settled", _("day of sending"), Kind.DATETIME, "r.settled"),
            Field("clicked", _("first click"), Kind.DATETIME, "r.clicked"),
            Field("replied", _("reply"), Kind.DATETIME, "r.replied"),
        ),
    ),
    Rows(
        "sent",
        _("were sent a message"),
        MESSAGES.format(only=f" AND (m.state IN {SENT} OR v.state IN {SENT})"),
        ABOUT,
        time="r.settled",
    ),
    Rows(
        "clicked",
        _("clicked in a message"),
        MESSAGES.format(only=" AND m.clicked IS NOT NULL"),
        ABOUT,
        time="r.clicked",
    ),
    Rows(
        "replied",
        _("replied to a message"),
        MESSAGES.format(only=" AND m.replied IS NOT NULL"),
        ABOUT,
        time="r.replied",
    ),
)
erasing.register("crm_dialogue_mail", erase_mails)
erasing.register("crm_dialogue_message", erase_messages)
erasing.register("crm_dialogue_chatvisit")
erasing.register("crm_dialogue_conversation")
erasing.register("crm_dialogue_block")
erasing.register("crm_dialogue_note")
erasing.register("crm_dialogue_task")
