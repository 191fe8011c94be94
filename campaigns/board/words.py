"""What people write, as it may be shown; and how the owner calls the states."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from campaigns.board.models import Board, Suggestion
from engage.lib import plain

LONGEST_TITLE, LONGEST_WORDS, LONGEST_NAME = 120, 2000, 60
TITLE = _("What would you like us to do?")


def title_of(text: str) -> str:
    return plain.line(text)[:LONGEST_TITLE].strip()


def words_of(text: str) -> str:
    return plain.lines(text).strip()[:LONGEST_WORDS]


def name_of(text: str) -> str:
    """A first name: the first word of what stands there."""
    return next(iter(plain.line(text).split()), "")[:LONGEST_NAME]


def split(text: str) -> tuple[str, str]:
    """A title, and the words where they say more than it: from what somebody said in one go."""
    words = words_of(text)
    first = title_of(words.partition("\n")[0])
    for end in (". ", "? ", "! "):
        head = first.partition(end)[0]
        first = head if 12 <= len(head) < len(first) else first
    return first.rstrip(". "), words if words != first else ""


def states(board: Board) -> list[tuple[str, str]]:
    """Each with the owner's words, or ours."""
    said: Mapping[str, str] = board.words
    return [(value, said.get(value) or str(label)) for value, label in Suggestion.State.choices]


def state_text(board: Board, state: str) -> str:
    return dict(states(board))[state]
