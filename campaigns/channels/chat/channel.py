"""An answer in the chat on the owner's site."""

from django.utils.translation import gettext_lazy as _

from campaigns.channels.chat.carriers import Visitors
from campaigns.channels.port import Carrier, Channel, Parcel, Ready
from crm.business.models import Business


class Chat(Channel):
    name = "chat"
    label = _("In the chat")
    asks_permission = False
    begins = False

    def carrier(self) -> Carrier:
        return Visitors()

    def parcel(self, item: Ready, shop: Business) -> Parcel:
        return Parcel(item.message.id, item.written.address, item.message)
