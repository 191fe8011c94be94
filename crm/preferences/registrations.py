"""What preferences tell the rooms below; `crm.contacts` imports every app's registrations once all is ready."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from crm.contacts import merging
from crm.preferences.actions import settle_contacts
from crm.rules import Field, Kind, Rows, registry
from engage.lib import clock


def _settle(contacts: Sequence[int]) -> None:
    settle_contacts(contacts, at=clock.now())


merging.register("crm_preferences_preference", after=_settle)

registry.add(
    Rows(
        "preference",
        _("told us, or showed,"),
        "(SELECT p.*, k.key AS about, p.at + make_interval(days => k.fresh_days) AS fresh_until "
        "FROM crm_preferences_preference AS p JOIN crm_preferences_preferencekey AS k ON k.id = p.key_id "
        "WHERE p.state = 'active')",
        (
            Field("about", _("what"), Kind.TEXT, "r.about"),
            Field("value", _("answer"), Kind.TEXT, "r.value"),
            Field("kind", _("how we know"), Kind.TEXT, "r.kind"),
            Field("fresh_until", _("to be asked again"), Kind.DATETIME, "r.fresh_until"),
        ),
        named_by="about",
    ),
)
