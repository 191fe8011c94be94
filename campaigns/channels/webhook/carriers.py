"""Who carries it: the owner's endpoint, or nobody (the outbox)."""

from collections.abc import Iterable, Sequence

from django.conf import settings

from campaigns.channels.models import Account
from campaigns.channels.port import Carrier, Fate, Outbox, Outcome, Parcel, Turn
from campaigns.channels.posting import Posting, fate_of, not_reached
from campaigns.channels.webhook.bodies import Unaddressed, body, identities
from campaigns.channels.webhook.secrets import present
from campaigns.channels.webhook.signing import signed
from engage.lib import clock, outward
from engage.lib.outward import NotReached


class Endpoint(Posting):
    """`options`: url. The receiver takes each `webhook-id`, which is the message's own, once."""

    def __init__(self, account: Account) -> None:
        self._url = account.options["url"]
        self._secrets: Sequence[str] = ()

    def hand_over(self, parcels: Iterable[Parcel], turn: Turn) -> None:
        given = list(parcels)
        self._secrets = present(at=clock.now())
        known = identities({parcel.content.item.message.contact for parcel in given})
        super().hand_over([_with_body(parcel, known) for parcel in given], turn)

    def say(self, parcel: Parcel) -> Outcome:
        id, text = parcel.content
        if not self._secrets:
            return Outcome(parcel.key, Fate.NOT_HANDED, "no_secret")
        headers = signed(text, id=id, secrets=self._secrets, at=clock.now())
        try:
            status = outward.post(self._url, text.encode(), headers, inside=settings.WEBHOOK_NETWORKS)
        except NotReached as error:
            return not_reached(parcel.key, error)
        fate = fate_of(status)
        return Outcome(parcel.key, fate, "" if 200 <= status < 300 else f"HTTP {status}")


def carrier(account: Account | None) -> Carrier:
    return Endpoint(account) if account else Outbox()


def _with_body(parcel: Parcel, known: dict[int, dict[str, str]]) -> Parcel:
    found: Unaddressed = parcel.content
    message = found.item.message
    text = body(found.item, known.get(message.contact, {}))
    return Parcel(parcel.key, parcel.address, (str(message.uid), text))
