"""What is held because of a conversation: each message with what becomes of it when the conversation ends, which a
colleague may choose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.business import queries as business_queries
from crm.dialogue.actions import ON_CLOSING
from crm.dialogue.models import Message
from engage.dashboard.inbox.later import CHOICES
from engage.dashboard.messages.origins import origin_texts

GO, DROP = "go", "drop"
LATER: dict[str, str | Promise] = {key: label for key, (label, _day) in CHOICES.items()}


@dataclass(frozen=True)
class Held:
    """`owner` is what sends it; `fate` is what becomes of it, `go`, `drop`, or nothing where it goes `at` a moment."""

    message: Message
    owner: str
    fate: str
    at: datetime | None


class FateForm(forms.Form):
    fate = forms.ChoiceField(choices=[(GO, _("It goes")), *LATER.items(), (DROP, _("It is dropped"))])


def held_rows(messages: Iterable[Message]) -> list[Held]:
    """Three queries, none where nothing is held."""
    found = list(messages)
    if not found:
        return []
    owners = origin_texts({message.origin for message in found})
    return [Held(message, owners[message.origin], *_fate(message)) for message in found]


def _fate(message: Message) -> tuple[str, datetime | None]:
    chosen = message.variables.get(ON_CLOSING) or str(business_queries.business().held_policy)
    at = None if chosen in (GO, DROP) else parse_datetime(chosen)
    return ("", at) if at else (chosen, None)
