"""Why a message went, waits or did not go: one sentence for people, from the code kept on its row."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.channels import port
from campaigns.guards.guards import Wait, Withhold

DOUBTS = frozenset({"connection_lost", "interrupted"})
"""Why nobody knows whether a message went out."""


def sentence(*, state: str, why: str, detail: Mapping[str, Any], until: datetime | None = None) -> str:
    """The reason in words; empty where there is nothing to explain."""
    words = _REASONS[why](detail) if why in _REASONS else ""
    if state == "waiting" and until and why != "next_visit":
        return _("%(reason)s Goes out %(when)s.") % {"reason": words, "when": _moment(until)}
    if state == "unknown" and why not in DOUBTS:
        return _("It may have arrived. It did not go a second time: %(reason)s") % {"reason": words}
    return words


def of_listing(*, reason: str, at: datetime, until: datetime | None) -> str:
    """Why an address is on the do-not-write list."""
    return _suppressed({"reason": reason, "at": at.isoformat(), "until": until.isoformat() if until else None})


def of_verdict(verdict: Withhold | Wait) -> str:
    """Why a message would not go now, as a guard says it."""
    if isinstance(verdict, Wait):
        return sentence(state="waiting", why=verdict.why, detail=verdict.detail, until=verdict.until)
    return sentence(state="withheld", why=verdict.why, detail=verdict.detail)


def _moment(value: datetime) -> str:
    local = timezone.localtime(value)
    format_ = "H:i" if local.date() == timezone.localdate() else "j F, H:i"
    return date_format(local, format_)


def _day(detail: Mapping[str, Any]) -> str:
    at = detail.get("at")
    day: date = timezone.localtime(datetime.fromisoformat(at)).date() if at else timezone.localdate()
    return date_format(day, "j F")


def _suppressed(detail: Mapping[str, Any]) -> str:
    sentences = {
        "bounce": _("The address was refused for good on %(day)s."),
        "soft": _("Mail came back three times in a row; we write again from %(until)s on."),
        "complaint": _("A message of ours was marked as spam on %(day)s."),
        "asked": _("Asked us not to write, on %(day)s."),
        "staff": _("A colleague put the address on the do-not-write list on %(day)s."),
        "erased": _("Everything about this person was erased on %(day)s."),
    }
    told = {"day": _day(detail), "until": _day({"at": detail.get("until")})}
    return sentences.get(str(detail.get("reason")), sentences["staff"]) % told


def _bounced(detail: Mapping[str, Any]) -> str:
    sentences = {
        "hard": _("The address was refused for good: %(words)s"),
        "block": _("Their mail server refused it for who sent it or what it said: %(words)s"),
        "soft": _("It came back, for a reason that may pass: %(words)s"),
    }
    words = detail.get("words") or _("no reason was given.")
    return sentences.get(str(detail.get("bounce")), sentences["soft"]) % {"words": words}


def _talking(detail: Mapping[str, Any]) -> str:
    since = detail.get("since")
    if not since:
        return _("A conversation with us is open.")
    return _("Talking with us since %(when)s.") % {"when": _moment(datetime.fromisoformat(since))}


def _leaving(detail: Mapping[str, Any]) -> str:
    said = {"day": _day({"at": detail.get("since")}), "name": detail.get("who") or _("a colleague")}
    if detail.get("asked"):
        return _("Asked how to leave on %(day)s; %(name)s talks with them.") % said
    return _("May be leaving since %(day)s; %(name)s talks with them.") % said


def _tried(one: Mapping[str, Any]) -> str:
    """Why it could not go by this channel."""
    reason = sentence(state="withheld", why=one["why"], detail=one["detail"])
    return _("%(channel)s: %(reason)s") % {"channel": port.channel(one["channel"]).label, "reason": reason}


def _held(detail: Mapping[str, Any]) -> str:
    since = detail.get("since")
    told = {
        "name": detail.get("by") or _("a colleague"),
        "when": _moment(datetime.fromisoformat(since)) if since else "",
        "because": str(detail.get("because") or "").rstrip("."),
    }
    if told["because"]:
        return _("Held by %(name)s since %(when)s: %(because)s.") % told
    return _("Held by %(name)s since %(when)s.") % told


_REASONS = {
    "no_address": lambda d: str(port.channel(d.get("channel", "email")).unknown),
    "no_way": lambda d: " ".join(_tried(one) for one in d.get("tried", [])),
    "suppressed": _suppressed,
    "no_consent": lambda d: _("We have no permission to write about %(topic)s.") % {"topic": d.get("topic", "")},
    "unsubscribed": lambda d: (
        _("Unsubscribed from %(topic)s on %(day)s.") % {"topic": d.get("topic", ""), "day": _day(d)}
    ),
    "stopped": lambda d: _("Asked us to stop writing."),
    "too_late": lambda d: _("Too late to be useful (%(days)s days).") % {"days": d.get("days", 3)},
    "everything_stopped": lambda d: _("Everything is paused."),
    "held": _held,
    "sender_refused": lambda d: _("Mail servers refuse what comes from us; Settings, Sending says what to do."),
    "warming_up": lambda d: _("Your domain is new to mail servers, and today's share has left."),
    "bounced": _bounced,
    "paused": lambda d: _("Asked for a pause."),
    "leaving": _leaving,
    "talking": _talking,
    "talking_ended": lambda d: _("Talked with us."),
    "dropped": lambda d: _("Dropped, because a conversation took place instead."),
    "dropped_after_pause": lambda d: _("Dropped when the pause of everything was lifted."),
    "dropped_after_hold": lambda d: _("Dropped when a colleague held it no longer."),
    "taken_back": lambda d: _("A colleague took back what it was sent for."),
    "they_wrote": lambda d: _("They wrote before it left. It waits until you look."),
    "turn": lambda d: _("Its turn comes."),
    "broadcast_paused": lambda d: _("The one-off message is paused."),
    "broadcast_cancelled": lambda d: _("The one-off message was cancelled before their turn came."),
    "left_audience": lambda d: _("Was no longer in the group when their turn came."),
    "same_person": lambda d: _("Turned out to be a person who has this message already."),
    "merged": lambda d: _("Put into another message, so that one comes instead of several."),
    "weekly_cap": lambda d: (
        _("Already had %(count)s messages this week (limit %(limit)s).")
        % {"count": d.get("count", ""), "limit": d.get("limit", "")}
    ),
    "asked_recently": lambda d: _("We asked something on %(day)s, and ask one thing at a time.") % {"day": _day(d)},
    "quiet_hours": lambda d: _("It is quiet time there."),
    "next_visit": lambda d: _("It waits on the website for their next visit."),
    "demo_address": lambda d: _("A demo address: nothing leaves this computer."),
    "refused": lambda d: _("The mail server refused it: %(reply)s") % {"reply": d.get("reply", "")},
    "deferred": lambda d: _("The mail server asked us to try again later: %(reply)s") % {"reply": d.get("reply", "")},
    "unreachable": lambda d: _("The mail server could not be reached."),
    "connection_lost": lambda d: _("The connection broke after the message was given over: it may have arrived."),
    "interrupted": lambda d: _("We were interrupted while giving it over: it may have arrived."),
    "sent_again": lambda d: _("It may have arrived before, and goes out once more."),
    "cannot_render": lambda d: _("The message could not be written: %(problem)s") % {"problem": d.get("problem", "")},
    "fault": lambda d: _("Something in our program failed. It is noted, and nothing was sent."),
    "sold_out": lambda d: _("Sold out when their turn came."),
    "nothing_left": lambda d: _("Nothing was left to say."),
}

NAMES = {
    "no_address": gettext_lazy("no address"),
    "no_way": gettext_lazy("no channel was open"),
    "suppressed": gettext_lazy("on the do-not-write list"),
    "no_consent": gettext_lazy("no permission"),
    "unsubscribed": gettext_lazy("unsubscribed"),
    "stopped": gettext_lazy("asked us to stop"),
    "too_late": gettext_lazy("too late to be useful"),
    "talking_ended": gettext_lazy("talked with us"),
    "dropped": gettext_lazy("a conversation took its place"),
    "dropped_after_pause": gettext_lazy("dropped after a pause"),
    "dropped_after_hold": gettext_lazy("dropped after it was held"),
    "taken_back": gettext_lazy("taken back by a colleague"),
    "broadcast_cancelled": gettext_lazy("cancelled"),
    "left_audience": gettext_lazy("no longer in the group"),
    "same_person": gettext_lazy("the same person twice"),
    "merged": gettext_lazy("put into another message"),
    "demo_address": gettext_lazy("a demo address"),
    "refused": gettext_lazy("refused by the mail server"),
    "bounced": gettext_lazy("came back"),
    "unreachable": gettext_lazy("the mail server was not reached"),
    "connection_lost": gettext_lazy("the connection broke"),
    "interrupted": gettext_lazy("we were interrupted"),
    "cannot_render": gettext_lazy("could not be written"),
    "fault": gettext_lazy("a fault of ours"),
    "sold_out": gettext_lazy("sold out"),
    "nothing_left": gettext_lazy("nothing left to say"),
}
"""The reasons that end a message, each in a few words, for lists to choose from."""

NAMES_OF_WAITS = {
    "everything_stopped": gettext_lazy("everything is paused"),
    "held": gettext_lazy("held by a colleague"),
    "paused": gettext_lazy("asked for a pause"),
    "leaving": gettext_lazy("may be leaving"),
    "talking": gettext_lazy("talking with us"),
    "weekly_cap": gettext_lazy("the limit of a week"),
    "asked_recently": gettext_lazy("asked something lately"),
    "quiet_hours": gettext_lazy("quiet time"),
    "talking_ended": gettext_lazy("talked with us"),
    "deferred": gettext_lazy("the mail server asked us to try again later"),
    "unreachable": gettext_lazy("the mail server could not be reached"),
    "broadcast_paused": gettext_lazy("the one-off message is paused"),
}
"""The reasons for which a message waits, likewise."""
