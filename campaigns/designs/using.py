"""What shows a picture of ours: designs, blocks kept, the logo, and what was sent."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from campaigns.designs.models import Picture
from campaigns.designs.queries import pictures, style
from engage.lib import sql


@dataclass(slots=True)
class Uses:
    """`designs` and `blocks` by name; `former` where only an earlier version of a design shows it, which Undo can have
    back; `sent` if a message that went out, or will, does."""

    designs: list[tuple[UUID, str]] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    logo: bool = False
    former: bool = False
    sent: bool = False

    def __bool__(self) -> bool:
        return bool(self.designs or self.blocks or self.logo or self.former or self.sent)


def uses(names: Iterable[str]) -> dict[str, Uses]:
    """By name, also of those that nothing shows. Five queries, over all that was ever written: for a page that is
    seldom opened."""
    found: dict[str, Uses] = defaultdict(Uses)
    wanted = list(names)
    for name, uid, title in sql.rows(_IN.format(of="uid, name", table="campaigns_designs_design", text="contents")):
        found[name].designs.append((uid, title))
    for name, _id, title in sql.rows(_IN.format(of="id, name", table="campaigns_designs_savedblock", text="block")):
        found[name].blocks.append(title)
    for name, _one in sql.rows(_IN.format(of="1", table="campaigns_designs_formerdesign", text="contents")):
        found[name].former = True
    for name, _one in sql.rows(_IN.format(of="1", table="crm_dialogue_content", text="skeleton")):
        found[name].sent = True
    found[style().logo].logo = True
    return {name: found[name] for name in wanted}


def unused() -> list[Picture]:
    """The pictures that nothing shows, the latest first. Seven queries at most."""
    there = list(pictures())
    shown = uses(picture.name for picture in there)
    return [picture for picture in there if not shown[picture.name]]


_IN = r"""
    SELECT DISTINCT found.part[1], {of} FROM {table},
        regexp_matches({text}::text, '[0-9a-f]{{40}}-\d{{1,5}}x\d{{1,5}}\.(?:jpg|png|gif)', 'g') AS found(part)
    ORDER BY 1, 2
"""
