"""Whether a message is about nothing but products: such a one is not sent once they are sold out. Pure."""

from collections.abc import Mapping
from typing import Any

from campaigns.channels.fragments import visible
from campaigns.channels.liquid import product_ids
from campaigns.designs.parse import DESIGNED, LETTER_KIND, every_block

_FRAME = frozenset({"heading", "told", "divider", "columns", "signature", "social", "footer"})
"""What stands around something to say, and is no reason to write by itself."""


def products_alone(kind: str, body: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the products that a body is about, if it is about nothing else; what takes their place among them."""
    if kind == DESIGNED:
        return _of_blocks([*every_block(body["blocks"])])
    if kind == LETTER_KIND:
        return _of_letter(body)
    return ()


def _of_blocks(blocks: list[Any]) -> tuple[str, ...]:
    shown = [block for block in blocks if block["type"] == "product" and block["product"]]
    if any(block["type"] not in _FRAME | {"product"} for block in blocks):
        return ()
    return tuple(id for block in shown for id in (block["product"], block["instead"]) if id)


def _of_letter(body: Mapping[str, str]) -> tuple[str, ...]:
    """A letter whose whole text stands inside of `for_sale`."""
    if body["picture"] or body["label"]:
        return ()
    depth, outside = 0, ""
    for part in visible(body["text"]):
        depth += {"for_sale": 1, "endfor_sale": -1}.get(part.name, 0)
        outside += "" if depth or part.name == "endfor_sale" else part.source
    return () if outside.strip() else tuple(product_ids(body["text"]))
