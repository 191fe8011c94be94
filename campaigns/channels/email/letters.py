"""A message as a mail: from the shop to one person."""

from django.conf import settings

from campaigns.channels import contents
from campaigns.channels.email.domain.keys import signer
from campaigns.channels.email.mime import Address, Letter
from campaigns.channels.email.returned.addresses import reply_to, return_path
from campaigns.channels.port import Ready
from crm.business.models import Business
from crm.dialogue.links import open_url, trap_url
from crm.dialogue.models import Message
from crm.dialogue.outbox import Claimed
from engage.lib import clock

_TRAP = '<a href="%s" style="display:none" tabindex="-1" aria-hidden="true"></a>'
_PICTURE = '<img src="%s" width="1" height="1" alt="" style="display:block;width:1px;height:1px">'


def letter(item: Ready, shop: Business) -> Letter:
    message = item.message
    return Letter(
        skeleton=contents.load(item.written.content),
        slots=item.written.slots,
        sender=Address(_sender(shop), shop.sender_name or shop.name),
        to=Address(item.written.address, item.person["name"]),
        message_id=item.written.header_id,
        at=clock.now(),
        reply_to=reply_to(message.uid),
        return_path=return_path(message.uid),
        unsubscribe_url=item.unsubscribe_url,
        automated=message.author is None,
        tail=_tail(message, shop),
        signer=signer(sender_domain(shop)),
    )


def _tail(message: Claimed, shop: Business) -> str:
    """What stands unseen at the end of what we send by ourselves, and is never shown again: the link that only machines
    follow and, where the owner wants to know of opens, the picture that says so. People's own words carry neither."""
    if message.author is not None or message.klass == Message.Class.SECURITY:
        return ""
    trap = _TRAP % trap_url(message.uid)
    return trap + _PICTURE % open_url(message.uid) if shop.track_opens else trap


def sender_domain(shop: Business) -> str:
    """The domain of our Message-IDs."""
    return _sender(shop).rpartition("@")[2]


def _sender(shop: Business) -> str:
    return shop.sender_email or settings.DEFAULT_FROM_EMAIL
