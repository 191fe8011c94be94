"""Who carries our text messages: Twilio, a gateway of the owner's choice, or nobody (the outbox)."""

from campaigns.channels.models import Account
from campaigns.channels.port import Carrier, Outbox
from campaigns.channels.sms.gateway import Gateway
from campaigns.channels.sms.twilio import Twilio


def carrier(account: Account | None) -> Carrier:
    if account is None:
        return Outbox()
    return Twilio(account) if account.provider == "twilio" else Gateway(account)
