"""What the guards made of a message that was never sent, in words: of a backtest, or in shadow."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy

from campaigns.guards.reasons import NAMES, sentence
from campaigns.journeys.models import ShadowMessage

WAITS = {
    "everything_stopped": gettext_lazy("everything was paused"),
    "paused": gettext_lazy("paused by themselves"),
    "leaving": gettext_lazy("may be leaving, a colleague talks with them"),
    "talking": gettext_lazy("talking with us"),
    "weekly_cap": gettext_lazy("enough messages that week"),
    "asked_recently": gettext_lazy("asked something a short while before"),
    "quiet_hours": gettext_lazy("quiet hours"),
}
FATES = {
    "went": gettext_lazy("went at once"),
    "later": gettext_lazy("went later"),
    "merged": gettext_lazy("went inside another message"),
    "withheld": gettext_lazy("withheld"),
    "dropped": gettext_lazy("dropped"),
    "waiting": gettext_lazy("still waiting at the end"),
}
IN_SHADOW = {
    "went": gettext_lazy("would have gone at once"),
    "later": gettext_lazy("would have gone later"),
    "merged": gettext_lazy("would have gone inside another message"),
    "withheld": gettext_lazy("would not have gone"),
    "dropped": gettext_lazy("would have been dropped"),
    "waiting": gettext_lazy("would be waiting"),
}


def reason(why: str) -> str:
    """What held a message, in a few words."""
    return str((WAITS | NAMES).get(why, why))


def most(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """The largest first."""
    return sorted(counts, key=lambda pair: (-pair[1], pair[0]))


def in_shadow(message: ShadowMessage) -> tuple[str, str]:
    """What would have become of a message in shadow, and why in a sentence."""
    state = "waiting" if message.fate == ShadowMessage.Fate.WAITING else "withheld"
    return str(IN_SHADOW[message.fate]), sentence(
        state=state, why=message.why, detail=message.detail, until=message.due
    )
