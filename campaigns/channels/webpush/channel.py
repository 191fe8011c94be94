"""Notifications that a browser shows, also when none of our pages is open (RFC 8030)."""

import re
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from campaigns.channels.port import Carrier, Channel, Parcel, Ready
from campaigns.channels.webpush.carriers import Pushing
from campaigns.channels.webpush.notices import LONGEST_WORDS, notice_of
from crm.business.models import Business


class Webpush(Channel):
    name = "webpush"
    label = _("Notification in the browser")
    unknown = _("They switched notifications on in no browser that we know of.")
    reached_by = "push"
    useful = timedelta(days=1)
    longest = LONGEST_WORDS

    def address_problem(self, address: str) -> str:
        return "" if re.fullmatch("[0-9a-f]{64}", address) else "not a browser that we know of"

    def carrier(self) -> Carrier:
        return Pushing()

    def parcel(self, item: Ready, shop: Business) -> Parcel:
        return Parcel(item.message.id, item.written.address, notice_of(item, shop))
