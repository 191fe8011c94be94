"""How long words get on a channel that counts them, seen while they are written: with sample data, our own links, and
the line that the channel puts below."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from liquid.exceptions import LiquidError

from campaigns.channels import port
from campaigns.channels.compile import compile_words
from campaigns.channels.document import BadMarkup
from campaigns.channels.models import Account
from campaigns.channels.names import SAMPLE
from campaigns.channels.queries import account
from campaigns.channels.skeleton import CannotRender, fill, splice
from campaigns.channels.sms.segments import segments, unusual
from crm.dialogue.links import click_url, you_url
from engage.lib import money

SHOWN = 150
"""Characters of a notification that most systems show."""
_NOBODY = UUID(int=0)


def lengths(channels: Sequence[str], *, title: str, body: str, unsubscribable: bool) -> list[str]:
    """A sentence or two for each of these channels that counts; none for words that cannot be rendered yet. One query
    where text messages are paid for."""
    counting = [name for name in channels if port.channel(name).longest]
    said = {name: sample(name, title=title, body=body, unsubscribable=unsubscribable) for name in counting}
    return [_sentence(name, text) for name, text in said.items() if text]


def too_long(channel: str, *, title: str, body: str, unsubscribable: bool) -> str:
    """Why the channel would not take it; empty if it would."""
    longest = port.channel(channel).longest
    if longest is None or len(sample(channel, title=title, body=body, unsubscribable=unsubscribable)) <= longest:
        return ""
    return _("{channel}: at most {n} characters, with links and what stands below.").format(
        channel=port.channel(channel).label, n=longest
    )


def sample(channel: str, *, title: str, body: str, unsubscribable: bool) -> str:
    """As somebody called Alice would read it; empty where it cannot be rendered."""
    ending = port.channel(channel).ending(unsubscribable=unsubscribable)
    try:
        skeleton = compile_words(title, body, ending=ending)
        given = {**SAMPLE, "recall": {}, "questions": {}, "memory_url": you_url(_NOBODY)}
        slots = fill(skeleton, given, lambda number: f"{click_url(_NOBODY)}.{number}")
    except (LiquidError, BadMarkup, CannotRender):
        return ""
    return splice(skeleton, slots).text.strip()


def _sentence(channel: str, text: str) -> str:
    if channel == "sms":
        return _text_message(text, account(channel))
    words = _("As a notification: %(n)d characters. Most systems show about %(shown)d; %(most)d are taken.")
    return words % {"n": len(text), "shown": SHOWN, "most": port.channel(channel).longest}


def _text_message(text: str, known: Account | None) -> str:
    found = segments(text)
    counted = ngettext(
        "As a text message: %(n)d segment; %(left)d more characters fit into it.",
        "As a text message: %(n)d segments; %(left)d more characters fit into the last.",
        found.count,
    ) % {"n": found.count, "left": found.left}
    said = [counted]
    if odd := unusual(text):
        said.append(_("“%(character)s” makes a segment 70 characters instead of 160.") % {"character": odd})
    if known and (cost := known.cost(found.count)):
        said.append(_("It costs %(price)s for each person.") % {"price": money.text(cost.amount, cost.currency)})
    return " ".join(said)
