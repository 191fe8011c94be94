"""What is wrong with a rule, and where."""

import re
from dataclasses import asdict, dataclass

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What no text in the database can hold."""


@dataclass(frozen=True)
class Problem:
    """`path` is a JSON path into the rule as it came ("$.all[0].value"); `message` is for people."""

    path: str
    message: str


class InvalidRule(ValueError):
    """The rule was refused; `problems` has every reason found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{problem.path}: {problem.message}" for problem in problems))
        self.problems = tuple(problems)

    def as_json(self) -> list[dict[str, str]]:
        return [asdict(problem) for problem in self.problems]


class TooLarge(InvalidRule):
    """Reading stopped at once; what follows was not looked at."""


class NoEventAtHand(ValueError):
    """The rule asks about the event at hand where there is none: only triggers have one."""


def refuse(path: str, message: str) -> InvalidRule:
    return InvalidRule([Problem(path, message)])


def shown(key: object) -> str:
    """A key from outside, short enough for a message, and such that it can be written at all."""
    text = UNSTORABLE.sub("\ufffd", key) if isinstance(key, str) else repr(key)
    return text if len(text) <= 60 else text[:59] + "…"
