"""The words in which definitions are written, read one by one: every problem is noted at its place, and reading goes on
with a stand-in, so that all of them are told at once."""

import re
from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from campaigns.journeys.definition import Occurrence
from crm.rules.parse import parse as parse_rule
from crm.rules.problems import InvalidRule, Problem, shown
from crm.rules.tree import Rule

LONGEST_WAIT = timedelta(days=800)
UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 7 * 86400}
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, message))

    def occurrence(self, data: Any, path: str) -> Occurrence:
        data = self.object(data, path, ("event", "rule"))
        return Occurrence(self.text(data.get("event"), f"{path}.event", 200), self.rule(data, path, event_at_hand=True))

    def rule(self, data: dict, path: str, *, event_at_hand: bool) -> Rule | None:
        if "rule" not in data:
            return None
        try:
            return parse_rule(data["rule"], event_at_hand=event_at_hand)
        except InvalidRule as refused:
            self.problems += [Problem(f"{path}.rule{p.path.removeprefix('$')}", p.message) for p in refused.problems]
            return None

    def span(self, raw: Any, path: str) -> timedelta:
        unit, amount = next(iter(raw.items())) if isinstance(raw, dict) and len(raw) == 1 else ("", 0)
        if unit not in UNITS or isinstance(amount, bool) or not isinstance(amount, int) or amount < 1:
            self.refuse(path, _('This must be a span of time such as {"days": 3}.'))
            return timedelta(days=1)
        if amount > LONGEST_WAIT.total_seconds() // UNITS[unit]:
            self.refuse(path, _("A wait is {most} days at most.").format(most=LONGEST_WAIT.days))
            return timedelta(days=1)
        return timedelta(seconds=amount * UNITS[unit])

    def clock(self, raw: Any, path: str) -> time | None:
        if raw is None:
            return None
        if not isinstance(raw, str) or not CLOCK.fullmatch(raw):
            self.refuse(path, _("This must be a time of day such as 09:00."))
            return None
        return time.fromisoformat(raw)

    def onward(self, raw: Any, path: str, steps: Mapping[str, Any]) -> str:
        """The name of a step that exists."""
        if raw is None or raw == "":
            self.refuse(path, _("Say which step comes next."))
        elif not isinstance(raw, str) or raw not in steps:
            self.refuse(path, _("There is no step “{name}”.").format(name=shown(raw)))
        else:
            return raw
        return ""

    def object(self, data: Any, path: str, allowed: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.refuse(path, _("This must be an object with: {keys}.").format(keys=", ".join(allowed)))
            return {}
        for key in data:
            if key not in allowed:
                self.refuse(f"{path}.{shown(key)}", _("“{key}” is not understood here.").format(key=shown(key)))
        return data

    def choice(self, raw: Any, path: str, allowed: tuple[str, ...]) -> str:
        if isinstance(raw, str) and raw in allowed:
            return raw
        self.refuse(path, _("This must be one of: {choices}.").format(choices=", ".join(allowed)))
        return allowed[0]

    def text(self, raw: Any, path: str, most: int) -> str:
        return self.checked(
            raw,
            path,
            [
                (not isinstance(raw, str) or not raw.strip(), _("This must not be empty.")),
                (
                    isinstance(raw, str) and len(raw) > most,
                    _("This is longer than {most} characters.").format(most=most),
                ),
                (
                    isinstance(raw, str) and UNSTORABLE.search(raw) is not None,
                    _("This holds a character that cannot be stored."),
                ),
            ],
        )

    def checked(self, raw: Any, path: str, tests: list[tuple[bool, str]]) -> str:
        for wrong, message in tests:
            if wrong:
                self.refuse(path, message)
                return ""
        return raw

    def uuid(self, raw: Any, path: str) -> UUID:
        try:
            return UUID(raw) if isinstance(raw, str) else UUID("")
        except ValueError:
            self.refuse(path, _("This must be the id of a journey."))
            return UUID(int=0)

    def several(self, raw: Any, path: str, most: int, least: int = 1) -> list[Any]:
        if isinstance(raw, list) and least <= len(raw) <= most:
            return raw
        self.refuse(path, _("This must be a list of {least} to {most}.").format(least=least, most=most))
        return []

    def flag(self, raw: Any, path: str) -> bool:
        if not isinstance(raw, bool):
            self.refuse(path, _("This must be true or false."))
        return raw is True

    def whole(self, raw: Any, path: str, least: int, most: int) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int) or not least <= raw <= most:
            message = _("This must be a whole number from {least} to {most}.")
            self.refuse(path, message.format(least=least, most=most))
            return least
        return raw
