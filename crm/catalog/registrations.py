"""What the catalog tells rules, and which of its rows go with a person when two become one."""

from django.utils.translation import gettext_lazy as _

from crm.catalog.actions import unlink_orders
from crm.contacts import erasing, merging
from crm.rules.fields import Field, Rows, registry
from crm.rules.kinds import Kind

COLUMNS = (
    Field("total", _("total"), Kind.NUMBER, "r.total"),
    Field("currency", _("currency"), Kind.TEXT, "r.currency"),
)

merging.register("crm_catalog_order")
erasing.register("crm_catalog_order", unlink_orders)
registry.add(
    Rows("order", _("ordered"), "(SELECT * FROM crm_catalog_order WHERE NOT refund)", COLUMNS),
    Rows(
        "refund",
        _("returned"),
        "(SELECT * FROM crm_catalog_order WHERE refund OR refunded IS NOT NULL)",
        COLUMNS,
        time="coalesce(r.refunded, r.at)",
    ),
)
