"""What broadcasts tell the rooms below; `crm.contacts` imports every app's registrations once all is ready."""

from django.utils.translation import gettext_lazy as _

from campaigns.broadcasts import outcome
from campaigns.broadcasts.audience import groups_asked, groups_chosen
from campaigns.broadcasts.merged import keep_one
from crm.contacts import merging
from crm.dialogue.models import Message
from crm.rules import Field, Kind, Rows, registry
from crm.segments import dependence

registry.add(
    Rows(
        "broadcast",
        _("had the one-off message"),
        outcome.ROWS,
        (
            Field("broadcast", _("one-off message"), Kind.CHOICE, "r.broadcast", outcome.names),
            Field("state", _("state"), Kind.CHOICE, "r.state", lambda: tuple(Message.State.choices)),
            Field("clicked", _("first click"), Kind.DATETIME, "r.clicked"),
            Field("replied", _("reply"), Kind.DATETIME, "r.replied"),
            Field("ordered", _("first order since"), Kind.DATETIME, "r.ordered"),
        ),
        time="r.settled",
        named_by="broadcast",
    ),
)
dependence.register(groups_chosen, membership=False)
dependence.register(groups_asked)
merging.settle_with(keep_one)
