"""What offers tell the rooms below."""

from django.utils.translation import gettext_lazy as _

from campaigns.offers import queries
from crm.contacts import erasing, merging
from crm.rules import Field, Kind, Rows, registry

registry.add(
    Rows(
        "offer",
        _("were given the offer"),
        "(SELECT g.id, g.contact_id, g.at, g.used IS NOT NULL AS used, o.key AS offer "
        "FROM campaigns_offers_given AS g JOIN campaigns_offers_offer AS o ON o.id = g.offer_id)",
        (
            Field("offer", _("offer"), Kind.CHOICE, "r.offer", queries.names),
            Field("used", _("used"), Kind.BOOLEAN, "r.used"),
        ),
        named_by="offer",
    ),
)
merging.register("campaigns_offers_given")
erasing.register("campaigns_offers_given")
