"""The names that a design may use, and the sample values it is tried with."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

ANYTHING = None
LINKS = frozenset({"unsubscribe_url", "memory_url", "talk_url", "board_url"})
STILL_RIGHT = "still_right_url"
"""Stands inside `recall` only: leads to where what is cited there is confirmed or changed."""


class Everything(dict[str, Any]):
    """Sample products: whichever is asked for is there."""

    def get(self, key: str, default: Any = None) -> Any:
        return SAMPLE_ITEM


DECLARED: Mapping[str, frozenset[str] | None] = {
    "contact": frozenset({"name", "first_name", "email", "phone", "language", "country", "timezone", "company"}),
    "business": frozenset(
        {"name", "one_word", "postal_address", "sender_name", "sender_email", "colour", "currency", "country", "url"}
    ),
    "event": ANYTHING,
    "offer": frozenset({"name", "words", "code", "url", "until"}),
    "order": ANYTHING,
    "product": ANYTHING,
    **dict.fromkeys(LINKS, frozenset()),
}

SAMPLE_ITEM = {
    "name": "House blend",
    "price": "£9.20",
    "url": "https://shop.example/house-blend",
    "image": "",
}
RATE_SAMPLE = "https://shop.example/stars/sample"
SAMPLE: Mapping[str, Any] = {
    "for_sale": Everything(),
    "rating": {"text": _("How did we do?"), "answers": [{"label": "★" * n, "url": RATE_SAMPLE} for n in range(1, 6)]},
    "contact": {"name": "Alice Baker", "first_name": "Alice", "language": "en"},
    "business": {"name": "Our shop", "one_word": "shop", "postal_address": "1 High Street\nMilltown"},
    "event": {"name": "Order Completed", "properties": {}},
    "offer": {
        "name": "A gift",
        "words": "Show the code at the counter.",
        "code": "SAMPLE",
        "url": "https://shop.example/offer/sample",
        "until": "2030-01-31",
    },
    "order": {"number": "1001", "total": "18.50", "currency": "GBP", "lines": []},
    "product": {"name": "House blend", "price": "9.20", "url": "https://shop.example/house-blend"},
    "unsubscribe_url": "https://shop.example/u/sample",
    "memory_url": "https://shop.example/m/sample",
    "talk_url": "https://shop.example/talk/sample",
    "board_url": "https://shop.example/b/sample",
}


_OF_OFFER = re.compile(r"\{[{%][^{}]*?(?:\boffer\.|\b(?:if|unless|elsif|and|or) offer\b)")
_TAGS = re.compile(r"\{%.*?%\}", re.DOTALL)
_NAMES = re.compile(r"\{\{-?\s*([\w.]*).*?\}\}", re.DOTALL)


def speaks_of_offer(source: str) -> bool:
    """Whether this Liquid, or a design as JSON, says or asks something of `offer`, which only journeys that gave one
    have."""
    return bool(_OF_OFFER.search(source))


def named_in_words(source: str) -> str:
    """Liquid for whoever reads none: "Hello {{ contact.first_name | default: 'you' }}" is "Hello [first name]"."""
    return _NAMES.sub(lambda found: f"[{_last(found[1])}]", _TAGS.sub("", source)).strip()


def _last(path: str) -> str:
    return path.rpartition(".")[2].replace("_", " ") or "…"
