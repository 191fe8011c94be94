"""What was typed, put into a content; what the form does not say stays as it is."""

from collections.abc import Mapping
from copy import deepcopy

from campaigns.designs.arranging import one
from campaigns.designs.blocks import BLOCKS, LETTER
from campaigns.designs.parse import DESIGNED, LETTER_KIND, Json


def written(kind: str, content: Json, posted: Mapping[str, str]) -> tuple[Json, str]:
    """The content, and which field it was if it was one."""
    changed = deepcopy(content)
    places: dict[str, tuple[Json, str]] = {
        name: (changed, name) for name in ("subject", "preheader") if name in changed
    }
    block = one(changed["body"]["blocks"], posted.get("block", "")) if kind == DESIGNED else None
    if kind == LETTER_KIND:
        places |= {name: (changed["body"], name) for name in LETTER}
    elif kind != DESIGNED:
        places["source"] = (changed["body"], "source")
    elif block is not None:
        places |= {name: (block, name) for name in BLOCKS[block["type"]]}
    touched = []
    for name, (into, key) in places.items():
        if name in posted and _regular(posted[name]) != into[key]:
            into[key] = _regular(posted[name])
            touched.append(name)
    return changed, f"{posted.get('block', '')}.{touched[0]}" if len(touched) == 1 else ""


def _regular(text: str) -> str:
    """Browsers end lines with both characters."""
    return text.replace("\r\n", "\n")
