"""Who is given a conversation: pure. Who speaks the language, knows most of what it is about, and waited longest."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is there and takes their turn. `turn` is which was theirs last."""

    colleague: int
    turn: int
    languages: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()


def choose(candidates: Collection[Candidate], *, language: str, about: frozenset[str]) -> Candidate | None:
    """A language or a skill that nobody has is no reason to leave somebody waiting. None where nobody is there."""
    speaking = [one for one in candidates if language in one.languages] or list(candidates)
    most = max((len(one.skills & about) for one in speaking), default=0)
    fits = [one for one in speaking if len(one.skills & about) == most]
    return min(fits, key=lambda one: (one.turn, one.colleague), default=None)
