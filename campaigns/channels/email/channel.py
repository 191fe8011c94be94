"""E-mail as a channel."""

from functools import cached_property
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.channels.email.carriers import carrier
from campaigns.channels.email.letters import letter, sender_domain
from campaigns.channels.email.mime import BadAddress, ascii_address, message_id
from campaigns.channels.port import Carrier, Channel, Parcel, Ready
from crm.business.models import Business


class Email(Channel):
    name = "email"
    label = _("E-mail")
    unknown = _("We have no e-mail address.")
    reached_by = "email"
    rich = True

    def address_problem(self, address: str) -> str:
        try:
            ascii_address(address)
        except BadAddress:
            return "not a mail address"
        return ""

    def missing(self, shop: Business) -> str:
        if shop.sender_name and shop.sender_email:
            return ""
        return gettext("It cannot leave: there is no sender yet. Name one behind the gear, under Sending.")

    def header_id(self, message: UUID, shop: Business) -> str:
        return message_id(str(message), sender_domain(shop))

    def carrier(self) -> Carrier:
        return self._carrier

    def parcel(self, item: Ready, shop: Business) -> Parcel:
        return Parcel(item.message.id, item.written.address, letter(item, shop))

    @cached_property
    def _carrier(self) -> Carrier:
        return carrier(settings.MAIL_SERVER)
