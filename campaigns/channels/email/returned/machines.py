"""Who opens and clicks before anybody has read: looking ahead, security gateways, link checkers.

Pure: a touch is judged by what it says of itself and by the touches of the same message around it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

AHEAD, AGENT, TRAP, BURST = "ahead", "agent", "trap", "burst"
TRAP_LINK = "trap"
"""The link that no reader sees."""
AROUND = timedelta(seconds=10)
"""Gateways follow all links of a mail at once, within so long."""
AROUND_TRAP = timedelta(seconds=60)
MANY = 3
"""So many different links at once are not a person's."""
FRESH = timedelta(minutes=15)
"""So long after a mail left, its touches are looked at together before they count."""

_AGENTS = re.compile(
    r"bot\b|crawl|spider|slurp|\bscan|barracuda|mimecast|proofpoint|ironport|messagelabs|symantec|trendmicro|sophos|forcepoint"
    r"|fireeye|trellix|zscaler|cisco|safelinks|urlscan|virustotal|google-?safety|linkcheck|link.?preview|facebookexternal"
    r"|whatsapp/|slackbot|telegrambot|skypeuripreview|phantomjs|python|curl/|wget|http_request|winhttp"
    r"|libwww|go-http|java/|okhttp|node-fetch|axios|ruby|perl|httpclient|ms-office|microsoft office",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Touched:
    """An open (`link` empty) or a click. `sign` is what it said of itself: that a machine is at work."""

    kind: str
    link: str
    at: datetime
    sign: str = ""


def of_agent(agent: str, *, ahead: bool = False) -> str:
    """What a request says of itself. A browser always says more than "Mozilla/5.0", which is what the picture proxies
    say that load every picture of every mail."""
    if ahead:
        return AHEAD
    return AGENT if agent.strip() == "Mozilla/5.0" or _AGENTS.search(agent) else ""


def judge(touch: Touched, all_touches: Sequence[Touched], links: int) -> str:
    """The sign by which a machine did this, or "" for a person. `all_touches` are those of the same message, this one
    among them; `links` says how many links the message has, 0 if that is not known."""
    if touch.sign:
        return touch.sign
    if touch.link == TRAP_LINK or any(
        other.link == TRAP_LINK and abs(other.at - touch.at) <= AROUND_TRAP for other in all_touches
    ):
        return TRAP
    return BURST if _in_burst(touch, all_touches, links) else ""


def _in_burst(touch: Touched, all_touches: Sequence[Touched], links: int) -> bool:
    """Whether in some ten seconds around it so many different links were followed."""
    most = min(MANY, links) if links > 1 else MANY
    near = [other for other in all_touches if other.kind == "clicked" and abs(other.at - touch.at) <= AROUND]
    return any(
        touch.at <= first.at + AROUND
        and len({other.link for other in near if first.at <= other.at <= first.at + AROUND}) >= most
        for first in near
        if first.at <= touch.at
    )
