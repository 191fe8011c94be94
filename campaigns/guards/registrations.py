"""What rules may ask of the reasons not to send; `crm.contacts` imports every app's registrations once all is ready."""

from django.utils.translation import gettext_lazy as _

from campaigns.guards.reasons import NAMES
from crm.rules import Field, Kind, Rows, registry

registry.add(
    Rows(
        "not_sent",
        _("were not sent a message"),
        "(SELECT m.*, t.key AS about FROM crm_dialogue_message m LEFT JOIN crm_contacts_topic t ON t.id = m.topic_id "
        "WHERE m.direction = 'out' AND m.state IN ('withheld', 'failed', 'bounced', 'unknown'))",
        (
            Field("why", _("reason"), Kind.CHOICE, "r.why", lambda: tuple(NAMES.items())),
            Field("origin", _("origin"), Kind.TEXT, "r.origin"),
            Field("channel", _("channel"), Kind.TEXT, "r.channel"),
            Field("topic", _("topic"), Kind.TEXT, "r.about"),
        ),
        time="r.settled",
    ),
)
