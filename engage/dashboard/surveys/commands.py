"""What the buttons of the builder do to a draft: "insert stars 2", "up milk", "move milk 0", "remove milk"."""

from campaigns.surveys.asked import arranging
from campaigns.surveys.asked.arranging import Json, Refused
from campaigns.surveys.queries import History


def carry_out(do: str, questions: list[Json], history: History) -> tuple[list[Json], str]:
    """The questions afterwards, and the one to be opened. Raises Refused."""
    act, first, second = [*do.split(" "), "", "", ""][:3]
    match act:
        case "insert":
            return arranging.insert(questions, first, _place(second), history.published)
        case "copy":
            return arranging.duplicate(questions, first, history.published)
        case "move":
            return arranging.move(questions, first, _place(second)), ""
        case "up" | "down":
            return arranging.shift(questions, first, -1 if act == "up" else 1), ""
        case "remove":
            return arranging.remove(questions, first), ""
        case "retype":
            return arranging.retype(questions, first, second, history.published)
    raise Refused


def _place(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise Refused
    return int(text)
