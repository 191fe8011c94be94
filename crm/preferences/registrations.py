"""What preferences tell the rooms below; `crm.contacts` imports every app's registrations once all is ready."""

from collections.abc import Sequence

from crm.contacts import merging
from crm.preferences.actions import settle_contacts
from engage.lib import clock


def _settle(contacts: Sequence[int]) -> None:
    settle_contacts(contacts, at=clock.now())


merging.register("crm_preferences_preference", after=_settle)
