"""What the catalog tells rules, and which of its rows go with a person when two become one."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from crm.business.queries import business
from crm.catalog.actions import unlink_orders
from crm.catalog.models import Order
from crm.contacts import erasing, merging
from crm.rules.fields import Field, Rows, registry
from crm.rules.kinds import Kind


def _currencies() -> Iterable[str]:
    """The shop's own, and those of its newest orders. One query."""
    newest = Order.objects.order_by("-at", "-id").values_list("currency", flat=True)[:500]
    return dict.fromkeys([business().currency, *newest])


COLUMNS = (
    Field("total", _("total"), Kind.NUMBER, "r.total", currency="currency"),
    Field("currency", _("currency"), Kind.TEXT, "r.currency", known=_currencies),
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
