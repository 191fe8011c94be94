"""What the buttons of the editor do to the blocks. Pure but for saved blocks, which are looked up."""

from uuid import UUID

from campaigns.designs import arranging
from campaigns.designs.arranging import Refused
from campaigns.designs.models import SavedBlock
from campaigns.designs.parse import Json


def carry_out(do: str, blocks: list[Json]) -> tuple[list[Json], str]:
    """The blocks afterwards, and the one to be opened. Raises arranging.Refused."""
    act, _, said = do.partition(" ")
    first, _, second = said.partition(" ")
    match act:
        case "insert":
            return arranging.insert(blocks, first, second)
        case "saved":
            return arranging.put(blocks, _saved(first), second)
        case "copy":
            return arranging.duplicate(blocks, first)
        case "move":
            return arranging.move(blocks, first, second), ""
        case "up" | "down":
            return arranging.shift(blocks, first, -1 if act == "up" else 1), ""
        case "remove":
            return arranging.remove(blocks, first), ""
        case "widen":
            return arranging.widen(blocks, first), first
        case "narrow":
            return arranging.narrow(blocks, first), first
    raise Refused


def _saved(uid: str) -> Json:
    try:
        return SavedBlock.objects.get(uid=UUID(uid)).block
    except (ValueError, SavedBlock.DoesNotExist) as error:
        raise Refused from error
