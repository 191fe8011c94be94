"""What messages say about themselves, `{% load said %}`."""

from decimal import Decimal

from django import template

from campaigns.guards import reasons
from crm.contacts import origins
from crm.contacts.models import Suppression
from crm.dialogue.models import Message
from crm.events.models import Event
from engage.dashboard.messages import words
from engage.dashboard.person.happened import event_text as text_of_event
from engage.lib import money as amounts

register = template.Library()


@register.filter
def title_text(message: Message) -> str:
    """`{{ message|title_text }}`: its subject, or what it will be written from. The content must be loaded."""
    return words.title_text(message)


@register.filter
def state_text(message: Message) -> str:
    """`{{ message|state_text }}`: sent, waiting, not sent."""
    return words.state_text(message)


@register.filter
def state_mark(message: Message) -> str:
    """`{{ message|state_mark }}`: waiting, wrong, kept, or nothing."""
    return words.state_mark(message)


@register.filter
def reason_text(message: Message) -> str:
    """`{{ message|reason_text }}`: why it waits or did not go."""
    return words.reason_text(message)


@register.filter
def why_listed(row: Suppression) -> str:
    """Why an address is on the do-not-write list, and until when."""
    return reasons.of_listing(reason=row.reason, at=row.at, until=row.until)


@register.filter
def channel_text(channel: str) -> str:
    """`{{ message.channel|channel_text }}`: by e-mail, at the counter."""
    return words.channel_text(channel)


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """`{{ order.total|money:order.currency }}`: £18.00."""
    return amounts.text(amount, currency)


@register.filter
def origin_text(came: origins.Came) -> str:
    """`{{ origins.first.came|origin_text }}`: Instagram (campaign spring)."""
    return origins.words(came)


@register.filter
def event_text(event: Event) -> str:
    """`{{ event|event_text }}`: Searched for “decaf”."""
    return text_of_event(event)
