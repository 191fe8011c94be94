"""Another system says it: the message is handed to the owner's endpoint."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.channels.port import Carrier, Channel, Parcel, Ready
from campaigns.channels.queries import account
from campaigns.channels.webhook.bodies import Unaddressed
from campaigns.channels.webhook.carriers import carrier
from crm.business.models import Business


class Webhook(Channel):
    name = "webhook"
    label = _("Your own system, by webhook")
    rich = True

    def missing(self, shop: Business) -> str:
        if account(self.name):
            return ""
        return gettext("It cannot leave by webhook: say where to, behind the gear, under Sending.")

    def carrier(self) -> Carrier:
        return carrier(account(self.name))

    def parcel(self, item: Ready, shop: Business) -> Parcel:
        return Parcel(item.message.id, item.written.address, Unaddressed(item))
