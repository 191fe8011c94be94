"""Text messages as a channel."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.channels.port import Carrier, Channel, Parcel, Ready
from campaigns.channels.queries import account
from campaigns.channels.sms.carriers import carrier
from campaigns.channels.sms.texts import LONGEST, text_of
from crm.business.models import Business
from crm.contacts import normal


class Sms(Channel):
    name = "sms"
    label = _("Text message")
    unknown = _("We have no telephone number.")
    reached_by = "phone"
    longest = LONGEST

    def address_problem(self, address: str) -> str:
        key = normal.identity("phone", address)
        return "" if key and key.value == address else "not a telephone number"

    def missing(self, shop: Business) -> str:
        if account(self.name):
            return ""
        return gettext("It cannot leave as a text message: set that up behind the gear, under Sending.")

    def ending(self, *, unsubscribable: bool) -> str:
        if not unsubscribable:
            return ""
        return "\n{{ memory_url }}\n" + gettext("Answer STOP and we stop.")

    def carrier(self) -> Carrier:
        return carrier(account(self.name))

    def parcel(self, item: Ready, shop: Business) -> Parcel:
        return Parcel(item.message.id, item.written.address, text_of(item))
