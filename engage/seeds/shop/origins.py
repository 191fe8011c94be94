"""What led people to the shop's website: the page before, or a link of the shop's own."""

from typing import Any

from engage.seeds.shop.chance import lot

type Item = dict[str, Any]

WAYS: tuple[tuple[str, str, int], ...] = (
    ("https://www.google.com/", "", 30),
    ("https://l.instagram.com/", "", 12),
    ("", "utm_source=instagram&utm_medium=social&utm_campaign=spring", 14),
    ("", "utm_source=newsletter&utm_medium=email&utm_campaign=december", 8),
    ("", "utm_source=shop+window&utm_medium=qr&utm_campaign=tasting", 10),
    ("https://duckduckgo.com/", "", 5),
    ("https://harbourtowneats.example/", "", 9),
    ("https://www.facebook.com/", "", 6),
)
"""The page before, the link's own words, and how often."""

AGAIN = 0.12
DIRECT = 0.15


def lead(items: list[Item]) -> None:
    """Give most people a way by which they came first, and some of their later visits one too."""
    rng = lot("the ways")
    seen: set[str] = set()
    for item in items:
        who = item.get("userId") or item["anonymousId"]
        if item["type"] == "page" and rng.random() < (AGAIN if who in seen else 1 - DIRECT):
            referrer, query, _often = rng.choices(WAYS, weights=[often for _referrer, _query, often in WAYS])[0]
            address = item["properties"]["url"] + (f"?{query}" if query else "")
            item["context"] = {"page": {"url": address, "referrer": referrer}}
        seen.add(who)
