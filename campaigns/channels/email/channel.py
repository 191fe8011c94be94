"""E-mail as a channel."""

from functools import cached_property

from django.conf import settings

from campaigns.channels.email.carriers import carrier
from campaigns.channels.email.mime import BadAddress, ascii_address
from campaigns.channels.port import Carrier


class Email:
    name = "email"
    shows = frozenset({"subject", "html", "text", "links", "replies"})

    def address_problem(self, address: str) -> str:
        try:
            ascii_address(address)
        except BadAddress:
            return "not a mail address"
        return ""

    def carrier(self) -> Carrier:
        return self._carrier

    @cached_property
    def _carrier(self) -> Carrier:
        return carrier(settings.MAIL_SERVER)
