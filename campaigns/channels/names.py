"""The names that a design may use, and the sample values it is tried with."""

from collections.abc import Mapping
from typing import Any

ANYTHING = None
LINKS = frozenset({"unsubscribe_url", "memory_url", "talk_url"})
STILL_RIGHT = "still_right_url"
"""Stands inside `recall` only: leads to where what is cited there is confirmed or changed."""

DECLARED: Mapping[str, frozenset[str] | None] = {
    "contact": frozenset({"name", "first_name", "email", "phone", "language", "country", "timezone", "company"}),
    "business": frozenset(
        {"name", "one_word", "postal_address", "sender_name", "sender_email", "colour", "currency", "country", "url"}
    ),
    "event": ANYTHING,
    "order": ANYTHING,
    "product": ANYTHING,
    **dict.fromkeys(LINKS, frozenset()),
}

SAMPLE: Mapping[str, Any] = {
    "contact": {"name": "Alice Baker", "first_name": "Alice", "language": "en"},
    "business": {"name": "Our shop", "one_word": "shop", "postal_address": "1 High Street\nMilltown"},
    "event": {"name": "Order Completed", "properties": {}},
    "order": {"number": "1001", "total": "18.50", "currency": "GBP", "lines": []},
    "product": {"name": "House blend", "price": "9.20", "url": "https://shop.example/house-blend"},
    "unsubscribe_url": "https://shop.example/u/sample",
    "memory_url": "https://shop.example/m/sample",
    "talk_url": "https://shop.example/talk/sample",
}
