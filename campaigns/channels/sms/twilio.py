"""Text messages by Twilio's Messages API: https://www.twilio.com/docs/messaging/api/message-resource"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

import orjson
from django.conf import settings

from campaigns.channels.models import Account
from campaigns.channels.port import Fate, Outcome, Parcel
from campaigns.channels.posting import Posting, fate_of, not_reached
from campaigns.channels.sms.segments import segments
from campaigns.channels.sms.texts import LONGEST, Text
from engage.lib import outward
from engage.lib.outward import NotReached

API = "https://api.twilio.com"
STOPPED = 21610
"""They answered STOP, and Twilio keeps to it."""
_BUSY = frozenset({20429, 21611, 30001, 30022})
"""Codes of errors that pass."""


class Twilio(Posting):
    """`options`: sid, and sender, a number or the id of a messaging service (MG…). `secrets`: token."""

    def __init__(self, account: Account) -> None:
        self._account = account
        user = f"{account.options['sid']}:{account.secrets['token']}"
        self._headers = {
            "Authorization": "Basic " + base64.b64encode(user.encode()).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def say(self, parcel: Parcel) -> Outcome:
        text: Text = parcel.content
        if len(text.words) > LONGEST:
            return Outcome(parcel.key, Fate.REFUSED, f"longer than {LONGEST} characters")
        url = f"{API}/2010-04-01/Accounts/{self._account.options['sid']}/Messages.json"
        body = urlencode(self._fields(parcel.address, text)).encode()
        try:
            status, answer = outward.ask(url, body, self._headers, inside=settings.WEBHOOK_NETWORKS)
        except NotReached as error:
            return not_reached(parcel.key, error)
        fate, code = fate_of(status), _code(answer)
        if code in _BUSY:
            fate = Fate.DEFERRED
        cost = self._account.cost(segments(text.words).count) if fate is Fate.ACCEPTED else None
        return Outcome(parcel.key, fate, "" if fate is Fate.ACCEPTED else f"Twilio {status} {code or ''}".strip(), cost)

    def _fields(self, to: str, text: Text) -> dict[str, str]:
        sender = self._account.options["sender"]
        fields = {"To": to, "Body": text.words}
        fields["MessagingServiceSid" if sender.startswith("MG") else "From"] = sender
        if settings.PUBLIC_URL.startswith("https://"):  # it refuses any that it cannot reach
            fields["StatusCallback"] = f"{settings.PUBLIC_URL}/hooks/sms/twilio/status/{text.message}/"
        return fields


def signature(token: str, url: str, fields: Mapping[str, Iterable[str]]) -> str:
    """What stands in X-Twilio-Signature: https://www.twilio.com/docs/usage/security#validating-requests"""
    said = url + "".join(name + value for name in sorted(fields) for value in sorted(set(fields[name])))
    return base64.b64encode(hmac.digest(token.encode(), said.encode(), hashlib.sha1)).decode()


def _code(answer: bytes) -> int | None:
    """Of an error, as Twilio numbers them."""
    try:
        said = orjson.loads(answer)
    except orjson.JSONDecodeError:
        return None
    code = said.get("code") if isinstance(said, dict) else None
    return code if isinstance(code, int) else None
