"""Text messages by any gateway that takes a POST: the owner says where, and which fields it wants."""

import re
from typing import Any
from urllib.parse import urlencode

import orjson
from django.conf import settings

from campaigns.channels.models import Account
from campaigns.channels.port import Fate, Outcome, Parcel
from campaigns.channels.posting import Posting, fate_of, not_reached
from campaigns.channels.sms.segments import segments
from campaigns.channels.sms.texts import Text
from engage.lib import outward
from engage.lib.outward import NotReached

PLACES = ("{to}", "{text}", "{id}")
"""What stands in the fields for the number, the words and the message's id."""
_PLACE = re.compile("|".join(map(re.escape, PLACES)))


class Gateway(Posting):
    """`options`: url, format (json or form) and fields, an object whose texts may hold PLACES. `secrets`:
    authorization, the value of that header, if the gateway wants one."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def say(self, parcel: Parcel) -> Outcome:
        text: Text = parcel.content
        options = self._account.options
        fields = filled(options["fields"], {"{to}": parcel.address, "{text}": text.words, "{id}": str(text.message)})
        as_json = options["format"] == "json"
        body = orjson.dumps(fields) if as_json else urlencode(fields).encode()
        headers = {"Content-Type": "application/json" if as_json else "application/x-www-form-urlencoded"}
        if authorization := self._account.secrets.get("authorization"):
            headers["Authorization"] = authorization
        try:
            status = outward.post(options["url"], body, headers, inside=settings.WEBHOOK_NETWORKS)
        except NotReached as error:
            return not_reached(parcel.key, error)
        fate = fate_of(status)
        cost = self._account.cost(segments(text.words).count) if fate is Fate.ACCEPTED else None
        return Outcome(parcel.key, fate, "" if fate is Fate.ACCEPTED else f"HTTP {status}", cost)


def filled(fields: Any, places: dict[str, str]) -> Any:
    """`fields` with each place filled once: what a text brings along is never taken for a place."""
    if isinstance(fields, dict):
        return {name: filled(value, places) for name, value in fields.items()}
    if isinstance(fields, list):
        return [filled(value, places) for value in fields]
    if not isinstance(fields, str):
        return fields
    return _PLACE.sub(lambda found: places[found[0]], fields)
