"""What rules may ask of the reasons not to send; `crm.contacts` imports every app's registrations once all is ready."""

from django.utils.translation import gettext_lazy as _

from campaigns.guards.reasons import NAMES
from crm.dialogue.registrations import MESSAGES
from crm.rules import Field, Kind, Rows, registry

NOT_SENT = "('withheld', 'failed', 'bounced', 'unknown')"

registry.add(
    Rows(
        "not_sent",
        _("were not sent a message"),
        MESSAGES.format(only=f" AND m.state IN {NOT_SENT} AND COALESCE(v.state, m.state) IN {NOT_SENT}"),
        (
            Field("why", _("reason"), Kind.CHOICE, "r.why", lambda: tuple(NAMES.items())),
            Field("origin", _("origin"), Kind.TEXT, "r.origin"),
            Field("channel", _("channel"), Kind.TEXT, "r.channel"),
            Field("topic", _("topic"), Kind.TEXT, "r.about"),
        ),
        time="r.settled",
    ),
)
