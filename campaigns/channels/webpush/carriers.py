"""Who carries notifications: the push service of each person's browser."""

from collections.abc import Iterable
from dataclasses import replace

from campaigns.channels.port import Fate, Outcome, Parcel, Turn
from campaigns.channels.posting import Posting, fate_of
from campaigns.channels.webpush.actions import known_browsers, unsubscribe
from campaigns.channels.webpush.keys import Voucher
from campaigns.channels.webpush.notices import LONGEST
from campaigns.channels.webpush.pushing import GONE, USELESS, push
from crm.business.queries import business
from engage.lib import clock
from engage.lib.outward import NotReached

SECONDS = 86_400
"""So long a push service keeps what its browser, switched off, cannot show."""


class Pushing(Posting):
    """What a service cannot take just now comes again, and a browser that is gone is forgotten at once."""

    def __init__(self) -> None:
        self._gone: list[str] = []

    def hand_over(self, parcels: Iterable[Parcel], turn: Turn) -> None:
        given = list(parcels)
        self._voucher = Voucher(business(), at=clock.now())
        known = known_browsers({parcel.address for parcel in given})
        try:
            super().hand_over([replace(one, content=(one.content, known.get(one.address))) for one in given], turn)
        finally:
            if self._gone:
                unsubscribe(self._gone)

    def say(self, parcel: Parcel) -> Outcome:
        notice, browser = parcel.content
        if browser is None:
            return Outcome(parcel.key, Fate.REFUSED, "the browser is gone")
        payload = notice.payload()
        if len(payload) > LONGEST:
            return Outcome(parcel.key, Fate.REFUSED, f"longer than {LONGEST} bytes")
        if not (authorization := self._voucher.authorization(browser.endpoint)):
            return Outcome(parcel.key, Fate.DEFERRED, "no key")
        try:
            status = push(browser, payload, authorization=authorization, seconds=SECONDS)
        except NotReached as error:
            if error.reason in USELESS:
                return self._forget(parcel, error.reason)
            # Services are many: that one is silent says nothing of the others, as NOT_HANDED would.
            return Outcome(parcel.key, Fate.UNKNOWN if error.sent else Fate.DEFERRED, error.reason)
        if status in GONE:
            return self._forget(parcel, f"the browser is gone (HTTP {status})")
        fate = Fate.DEFERRED if status >= 500 else fate_of(status)
        return Outcome(parcel.key, fate, "" if fate is Fate.ACCEPTED else f"HTTP {status}")

    def _forget(self, parcel: Parcel, why: str) -> Outcome:
        self._gone.append(parcel.address)
        return Outcome(parcel.key, Fate.REFUSED, why)
