"""Hands mail to a provider through its django-anymail backend, or to any other Django mail backend."""

from collections.abc import Iterable
from typing import Any

from anymail import exceptions as anymail
from django.core.mail import EmailMultiAlternatives, mailers
from django.core.mail.backends.base import BaseEmailBackend
from requests import ConnectTimeout
from urllib3.exceptions import NewConnectionError

from campaigns.channels.email.mime import BadAddress, Letter, header_lines, mailbox
from campaigns.channels.port import Fate, Outcome, Parcel, Turn
from campaigns.channels.skeleton import splice, with_tail

_REFUSALS = (
    anymail.AnymailRecipientsRefused,
    anymail.AnymailInvalidAddress,
    anymail.AnymailUnsupportedFeature,
    anymail.AnymailSerializationError,
)
MESSAGE_KEY = "engage_message"
"""Under which providers keep our message's public id, so that what they report names the message and no address."""
_WITHOUT_METADATA = frozenset({"MailerSend", "Postal"})
_TRY_LATER = frozenset({401, 402, 403, 408, 425, 429, 503})  # the provider took nothing, and it is not the mail's fault


class Provider:
    """A carrier; its parcels hold `mime.Letter`s. A provider has one call per mail, so each is marked by itself."""

    leaves = True

    def __init__(self, alias: str = "default") -> None:
        self.alias = alias
        self._backend: BaseEmailBackend | None = None

    def hand_over(self, parcels: Iterable[Parcel], turn: Turn) -> None:
        outcomes: list[Outcome] = []
        unreachable = ""
        for parcel in parcels:
            if unreachable:
                outcomes.append(Outcome(parcel.key, Fate.NOT_HANDED, unreachable))
                continue
            try:
                message = as_django(parcel.content)
            except BadAddress:
                outcomes.append(Outcome(parcel.key, Fate.REFUSED, "not a mail address"))
                continue
            allowed = turn(outcomes, [parcel.key])
            if allowed is not None and parcel.key not in allowed:
                outcomes = [Outcome(parcel.key, Fate.NOT_HANDED, "stopped")]
                continue
            fate, reply = self._send(message)
            outcomes = [Outcome(parcel.key, fate, reply)]
            unreachable = reply if fate is Fate.NOT_HANDED else ""
        if outcomes:
            turn(outcomes, [])

    def close(self) -> None:
        if self._backend is not None:
            self._backend.close()
            self._backend = None

    def _send(self, message: EmailMultiAlternatives) -> tuple[Fate, str]:
        if self._backend is None:
            self._backend = mailers[self.alias]
        _name(message, getattr(self._backend, "esp_name", ""))
        try:
            self._backend.send_messages([message])
        except anymail.AnymailConfigurationError as error:
            return Fate.NOT_HANDED, type(error).__name__
        except (anymail.AnymailError, OSError) as error:
            return _fate(error), _reason(error)
        status = getattr(message, "anymail_status", None)
        return Fate.ACCEPTED, str(getattr(status, "message_id", None) or "")


def as_django(letter: Letter) -> EmailMultiAlternatives:
    """The letter as Django knows mails. Raises BadAddress."""
    rendered = splice(letter.skeleton, letter.slots)
    message = EmailMultiAlternatives(
        subject=rendered.subject,
        body=rendered.text,
        from_email=mailbox(letter.sender).decode(),
        to=[mailbox(letter.to).decode()],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers=dict(header_lines(letter)),
    )
    html = with_tail(letter.skeleton.html).splice([*letter.skeleton.markup(letter.slots), letter.tail])
    message.attach_alternative(html, "text/html")
    return message


def _name(message: EmailMultiAlternatives, provider: str) -> None:
    """Let the provider know the message by its public id, which is the local part of its Message-ID."""
    uid = str(message.extra_headers["Message-ID"]).strip("<>").partition("@")[0]
    if provider in _WITHOUT_METADATA:
        message.tags = [uid]  # type: ignore[attr-defined]
    elif provider:
        message.metadata = {MESSAGE_KEY: uid}  # type: ignore[attr-defined]


def _fate(error: Exception) -> Fate:
    if isinstance(error, _REFUSALS):
        return Fate.REFUSED
    status = getattr(error, "status_code", None)
    if status in _TRY_LATER:
        return Fate.DEFERRED
    if status is not None and 400 <= status < 500:
        return Fate.REFUSED
    return Fate.NOT_HANDED if _never_connected(error) else Fate.UNKNOWN


def _never_connected(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ConnectTimeout | NewConnectionError | ConnectionRefusedError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _reason(error: Exception) -> str:
    """Without the provider's answer, which may repeat the address."""
    status: Any = getattr(error, "status_code", None)
    return f"{type(error).__name__} {status or ''}".strip()
