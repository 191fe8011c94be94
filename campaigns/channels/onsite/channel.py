"""A message on the website: it waits for the person's next visit."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from campaigns.channels.onsite.carriers import Website
from campaigns.channels.port import Carrier, Channel, Parcel, Ready
from crm.business.models import Business


class Onsite(Channel):
    name = "onsite"
    label = _("On the website")
    unknown = _("We never met them on the website, by a device that we know is theirs.")
    reached_by = "anonymous"
    asks_permission = False
    useful = timedelta(days=14)

    def carrier(self) -> Carrier:
        return Website(self.useful)

    def parcel(self, item: Ready, shop: Business) -> Parcel:
        return Parcel(item.message.id, item.written.address, item.message.id)
