"""Which of a chunk's messages are about nothing but what is sold out by now."""

from collections.abc import Sequence

from campaigns.channels import contents
from crm.catalog.news import EVENTS
from crm.catalog.queries import codes_sold_out, in_stock
from crm.dialogue.outbox import Claimed

_NEWS = frozenset(EVENTS.values())


def sold_out(messages: Sequence[Claimed]) -> set[int]:
    """Their keys. Two queries at most, none where nothing is about products."""
    about = {content: contents.load(content).about for content in {m.content for m in messages if m.content}}
    there = {str(product.uid) for product in in_stock({id for ids in about.values() for id in ids})}
    gone = {content for content, ids in about.items() if ids and not there.intersection(ids)}
    told = {message.id: code for message in messages if (code := _told(message))}
    codes = codes_sold_out(set(told.values()))
    return {m.id for m in messages if m.content in gone or told.get(m.id) in codes}


def _told(message: Claimed) -> str:
    """The code of the product of which it tells the news that led to it; empty if it tells none."""
    event = message.variables.get("event")
    if not message.content or not isinstance(event, dict) or event.get("name") not in _NEWS:
        return ""
    properties = event.get("properties")
    code = properties.get("product_id") if isinstance(properties, dict) else None
    return code if isinstance(code, str) and contents.tells_of_event(message.content) else ""
