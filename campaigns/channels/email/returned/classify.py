"""Why a mail server refused a mail: a table of what servers say, and the status codes of RFC 3463 where they say
nothing that we know.

Hard: there is no such mailbox. Soft: full, away, too large, or nobody can tell. Block: refused for who sends it or for
what it says, which is nobody's fault who should have got it.
"""

import re
from collections.abc import Iterator

from crm.dialogue.fold import Bounce
from crm.events.reading import clean

AUTHENTICATION, BLOCKLIST, CONTENT, POLICY = "authentication", "blocklist", "content", "policy"
WHOLE_DOMAIN = frozenset({AUTHENTICATION, BLOCKLIST})
"""The causes for which every further mail would be refused as well."""
UNCLEAR = "unclear"
MOST_WORDS = 300

_PREFIX = re.compile(r"5\.1\.0 - unknown address error", re.IGNORECASE)
_ADDRESS = re.compile(r"<?[^\s<>:;,()\"'\[\]]+@[\w.-]+>?")
_CODE = re.compile(r"(?<![\d.])([45]\d\d)(?:[ -]|$)")
_STATUS = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.])")


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_TABLE: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        _words(
            r"\bspf\b|\bdkim\b(?!-signature)|\bdmarc\b|sender policy framework|unauthenticated email",
            r"purported responsible address|reverse dns|\bPTR\b|\brdns\b|valid sender domain",
            r"sender address rejected|domain of sender address .{0,80}does not exist",
            r"sender domain .{0,40}not (?:exist|found)",
            r"(?<![\d.])5\.7\.(?:2[0-9]|509|515)(?!\d)|(?<![\d.])5\.1\.8(?!\d)",
        ),
        "block",
        AUTHENTICATION,
    ),
    (
        _words(
            r"spamhaus|\bsorbs\b|spamcop|barracudacentral|\bdnsbl\b|\brbl\b|uceprotect|invaluement",
            r"black.?list|block.?list|blocked using|blocked - see|blocked ip",
            r"\bip\b.{0,60}\b(?:blocked|bloquee|listed|banned)",
            r"client host (?:rejected|blocked)|very low reputation|poor reputation",
            r"unexpected volume or user complaints",
            r"sender rejected\b.{0,200}\bAUP#|blocked for spamming issues",
        ),
        "block",
        BLOCKLIST,
    ),
    (
        _words(
            r"(?:mail ?box|inbox|account|user|maildir|folder)\b.{0,40}\b(?:full|quota|out of storage|exceed)",
            r"over ?quota|quota (?:has been )?exceed|exceed\w*.{0,30}quota|quota violation|disk quota",
            r"insufficient (?:disk|system|mail) ?(?:space|storage)|not enough (?:disk |storage )?space",
            r"out of storage",
            r"too much mail|mailfolder is full",
        ),
        "soft",
        "full",
    ),
    (_words(r"\b55\d (?:5\.1\.\d )?(?:\S+ )?(?:[\w-]+\.)+[a-z]{2,} does not exist"), "soft", UNCLEAR),
    (
        _words(
            r"user unknown|unknown user|unknown (?:recipient|address|local|mailbox|account)",
            r"user (?:is )?not (?:found|known)",
            r"no such (?:user|person|mailbox|recipient|address|account|local|destination|email|name)",
            r"not our (?:user|customer)",
            r"(?:does ?n[o']t|doesn\\'t|does not) (?:exist|have an? )",
            r"no (?:mailbox|account|user) (?:here|by|with|found)",
            r"(?:recipient|mailbox|address|user|account|alias)\b.{0,40}\b(?:unknown|not found)",
            r"(?:recipient|mailbox|address|user|account|alias)\b.{0,40}\b(?:not exist|invalid|unavailable)",
            r"invalid (?:recipient|mailbox|address|user)|recipnotfound|recipient no longer",
            r"no longer (?:valid|on server)",
            r"(?:account|mailbox|user)\b.{0,60}\b(?:disabled|discontinued|deactivated|inactive|suspended|expired|closed)",
            r"is not (?:a valid|a known|listed|an active)|not listed in",
            r"recipient address rejected: access denied",
            r"(?:illegal|invalid|incorrect) (?:final delivery )?user ?(?:id|name)?|no valid recipients",
            r"undeliverable address|no mailbox|couldn't be found|could not be found at|there is no user",
            r"destinataire invalide",
            r"this address no longer accepts|mailaddress .{0,40}not found|isn't a valid",
            r"can't find the (?:user|recipient)",
        ),
        "hard",
        "no_mailbox",
    ),
    (
        _words(
            r"host unknown|unknown host|host not found|host or domain (?:name )?not found",
            r"domain name not found|nxdomain",
            r"null mx|invalid domain|no such (?:domain|host)|bad destination (?:host|mailbox|system)",
            r"unrouteable|unroutable",
            r"doesn't receive email|had no relevant answers|illegal host|couldn't find any host",
            r"name or service not known",
            r"domain (?:does not|doesn't) exist|no mail exchanger|can't find host|cannot find .{0,20}host",
        ),
        "hard",
        "no_domain",
    ),
    (
        _words(
            r"\bspam\w*\b|\bUBE\b|\bvirus\b|content rejected|rejected .{0,20}content|likely suspicious",
            r"potential.{0,20}(?:threat|security)",
            r"message content|security polic|malware|phish|because its content",
            r"headers? (?:error|too large)|duplicate header",
        ),
        "block",
        CONTENT,
    ),
    (
        _words(
            r"policy|access denied|not permitted|not allowed|\bdenied\b|relay|relaying|prohibited",
            r"not authori[sz]ed",
            r"authentication required|smtp authentication|sender rejected|frequency limited",
        ),
        "block",
        POLICY,
    ),
    (
        _words(
            r"too (?:large|big|long)|size (?:limit|exceed)|exceeds? .{0,30}(?:size|limit|length)",
            r"length exceeds",
        ),
        "soft",
        "too_large",
    ),
    (
        _words(
            r"time[d ]?.?out|timeout|connection (?:refused|rate|lost|closed|died|reset)|lost connection",
            r"not reachable",
            r"try (?:again|later)|try again later|temporar\w*|rate limit|greylist|graylist",
            r"not accepting|unavailable",
            r"expired|too long in the queue|retry time|unable to connect|no route to host",
            r"service refuse|too many",
            r"resources|not available|network is unreachable|\bhop count\b|routing loop|\bloop\b",
            r"system (?:config )?error|deferred",
        ),
        "soft",
        "not_reached",
    ),
    (_words(r"recipient (?:address )?rejected|address rejected"), "hard", "no_mailbox"),
)
"""Patterns, in the order in which they are asked; kind; cause."""

_BY_STATUS = {
    "1": ("hard", "no_mailbox"),
    "2": ("soft", "full"),
    "3": ("soft", "not_reached"),
    "4": ("soft", "not_reached"),
    "5": ("soft", UNCLEAR),
    "6": ("block", CONTENT),
    "7": ("block", POLICY),
}
_STATUSES = {
    "1.7": ("block", AUTHENTICATION),
    "1.8": ("block", AUTHENTICATION),
    "1.9": ("soft", UNCLEAR),
    "2.0": ("soft", UNCLEAR),
    "2.1": ("hard", "no_mailbox"),
    "2.3": ("soft", "too_large"),
    "3.4": ("soft", "too_large"),
    "4.4": ("hard", "no_domain"),
    "7.8": ("block", POLICY),
}


def classify(words: str, status: str = "") -> Bounce:
    """What a refusal means: `words` are a server's, `status` the Status of a delivery report, where there is one.

    Where neither says why, the cause is UNCLEAR and the bounce soft.
    """
    line = " ".join(clean(words).split())
    kept = line[:MOST_WORDS]
    said = _PREFIX.sub(" ", _ADDRESS.sub(" ", line))
    for pattern, kind, cause in _TABLE:
        if pattern.search(said):
            return _eased(kind, cause, kept, said, status)
    kind, cause = _by_status(said, status)
    return _eased(kind, cause, kept, said, status)


def is_clear(bounce: Bounce) -> bool:
    return bounce.cause != UNCLEAR


def telling_lines(text: str) -> Iterator[str]:
    """The lines of a mail in which a server speaks: those with a code or a status."""
    for line in text.splitlines():
        if _CODE.search(line) or _STATUS.search(line):
            yield line.strip()


def _eased(kind: str, cause: str, kept: str, said: str, status: str) -> Bounce:
    """A mailbox that is unknown for the time being only, as 450 says, is no reason never to write again."""
    passing = _passing(said, status)
    if kind == "hard" and cause == "no_mailbox" and passing:
        return Bounce("soft", "not_reached", kept)
    return Bounce(kind, cause, kept)


def _passing(said: str, status: str) -> bool:
    code = _CODE.search(said)
    found = _STATUS.search(said) or _STATUS.search(status)
    if code:
        return code[1].startswith("4")
    return bool(found and found[1] == "4")


def _by_status(said: str, status: str) -> tuple[str, str]:
    found = [*_STATUS.finditer(said), *_STATUS.finditer(status)]
    code = _CODE.search(said)
    if code and code[1].startswith("4") and not _STATUS.search(said):
        return "soft", "not_reached"
    for match in found:
        _, subject, detail = match.groups()
        if match[1] == "4" and subject != "2":
            return "soft", "not_reached"
        if (subject, detail) == ("0", "0"):
            continue
        return _STATUSES.get(f"{subject}.{detail}") or _BY_STATUS.get(subject, ("soft", UNCLEAR))
    return "soft", UNCLEAR
