"""Needs you: the few things on Home that only a person can settle, in words, each with one button."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.board import queries as board
from campaigns.broadcasts import queries as broadcasts
from campaigns.broadcasts.models import Broadcast
from campaigns.contests.announcing import stuck
from campaigns.contests.ending import to_end
from campaigns.contests.models import Contest
from campaigns.contests.queries import to_look_at
from campaigns.contests.stages import Stage
from campaigns.journeys.brake import braked
from campaigns.surveys.results.ratings import low_ratings
from crm.dialogue.actions import sender_stop
from engage.dashboard.home import queries
from engage.dashboard.shell import times

MOST = 5
UNSURE_FOR = timedelta(days=7)
OWED_FOR = timedelta(days=14)
LOW_FOR = timedelta(days=14)
MOST_RATINGS = 2
MOST_CONTESTS = 2


@dataclass(frozen=True)
class Need:
    text: str
    url: str
    action: str


def needs(now: datetime) -> list[Need]:
    """At most five, the most pressing first. Fourteen queries."""
    return list(_all(now))[:MOST]


def _all(now: datetime) -> Iterator[Need]:
    yield from _refused()
    yield from _braked()
    yield from _braked_broadcasts()
    yield from _leaving(now)
    yield from _unanswered(now)
    yield from _owed(now)
    yield from _rated(now)
    yield from _unsure(now)
    yield from _photos()
    yield from _to_end(now)
    yield from _not_told()
    yield from _held(now)
    yield from _unread()
    yield from _alike()
    yield from _unreadable()


def _unanswered(now: datetime) -> Iterator[Need]:
    unanswered = queries.people_without_answer()
    if unanswered.count:
        words = ngettext(
            "%(n)d person waits for an answer, for %(span)s",
            "%(n)d people wait for an answer, the longest %(span)s",
            unanswered.count,
        )
        yield Need(words % _told(unanswered, now), reverse("inbox"), _("Answer"))


def _owed(now: datetime) -> Iterator[Need]:
    owed = queries.people_owed_since(now - OWED_FOR)
    if owed.count:
        words = ngettext(
            "%(n)d person is owed an answer for %(span)s: answer, or say that there is nothing to answer",
            "%(n)d people are owed an answer, one for %(span)s: answer, or say that there is nothing to answer",
            owed.count,
        )
        yield Need(words % _told(owed, now), reverse("inbox"), _("Settle"))


def _rated(now: datetime) -> Iterator[Need]:
    for rating in low_ratings(now - LOW_FOR, size=MOST_RATINGS):
        said = _("%(n)d of %(most)d: “%(words)s”") if rating.words else _("%(n)d of %(most)d, without a word")
        words = said % {"n": rating.stars, "most": rating.of, "words": Truncator(rating.words).chars(80)}
        yield Need(words, reverse("person", args=[rating.person]), _("Look"))


def _unsure(now: datetime) -> Iterator[Need]:
    unsure = queries.unsure_since(now - UNSURE_FOR)
    if unsure:
        words = ngettext(
            "%(n)d message may have arrived, or not; it is not sent again without your word",
            "%(n)d messages may have arrived, or not; they are not sent again without your word",
            unsure,
        )
        yield Need(words % {"n": unsure}, reverse("sent") + "?term=unknown", _("Look"))


def _held(now: datetime) -> Iterator[Need]:
    held = queries.people_on_hold()
    if held.count:
        words = ngettext(
            "%(n)d person is on hold while you talk, for %(span)s",
            "%(n)d people are on hold while you talk, the oldest %(span)s",
            held.count,
        )
        yield Need(words % _told(held, now), reverse("messages") + "?why=talking", _("Look"))


def _unread() -> Iterator[Need]:
    unread = board.waiting()
    if unread:
        words = ngettext("%(n)d suggestion waits to be read", "%(n)d suggestions wait to be read", unread)
        yield Need(words % {"n": unread}, reverse("suggestions") + "?show=waiting", _("Read"))


def _alike() -> Iterator[Need]:
    pairs = queries.possible_pairs()
    if pairs:
        words = ngettext("%(n)d pair may be the same person", "%(n)d pairs may be the same person", pairs)
        yield Need(words % {"n": pairs}, reverse("duplicates"), _("Compare"))


def _unreadable() -> Iterator[Need]:
    letters = queries.unreadable()
    if letters:
        words = ngettext(
            "%(n)d thing that came in could not be read", "%(n)d things that came in could not be read", letters
        )
        yield Need(words % {"n": letters}, reverse("unreadable"), _("Look"))


def _refused() -> Iterator[Need]:
    if sender_stop():
        words = _("Mail servers refuse what comes from you; marketing waits until it is mended")
        yield Need(words, reverse("settings_sending"), _("Mend"))


def _braked() -> Iterator[Need]:
    for journey in braked():
        words = _("“%(name)s” paused itself: it would have sent far more than was to be expected")
        yield Need(words % {"name": journey.name}, reverse("resume_journey", args=[journey.uid]), _("Look"))


def _braked_broadcasts() -> Iterator[Need]:
    words = {
        Broadcast.Brake.COMPLAINTS: _("“%(name)s” paused itself: people marked it as spam"),
        Broadcast.Brake.BOUNCES: _("“%(name)s” paused itself: too many addresses do not exist"),
    }
    for broadcast in broadcasts.braked():
        said = words[Broadcast.Brake(broadcast.brake)] % {"name": broadcast.name}
        yield Need(said, reverse("broadcast", args=[broadcast.uid]), _("Look"))


def _leaving(now: datetime) -> Iterator[Need]:
    leaving, due = queries.people_who_may_leave()
    if due:
        words = ngettext(
            "%(n)d person may be leaving; talk with them until %(when)s",
            "%(n)d people may be leaving; talk with the first until %(when)s",
            leaving,
        )
        if due < now:
            words = ngettext(
                "%(n)d person may be leaving; you wanted to talk with them until %(when)s",
                "%(n)d people may be leaving; you wanted to talk with the first until %(when)s",
                leaving,
            )
        told = {"n": leaving, "when": times.moment(due, now)}
        yield Need(words % told, reverse("leaving"), _("Talk"))


def _photos() -> Iterator[Need]:
    count, contest = to_look_at()
    if contest:
        words = ngettext("%(n)d photo waits to be looked at", "%(n)d photos wait to be looked at", count)
        yield Need(words % {"n": count}, reverse("entries_queue", args=[contest.uid]), _("Look"))


def _to_end(now: datetime) -> Iterator[Need]:
    for contest, at_stage in to_end(at=now)[:MOST_CONTESTS]:
        words = _("“%(name)s” is to be ended: all is in, and people wait to hear who won")
        if contest.by == Contest.By.DRAW:
            words = _("“%(name)s” is to be drawn: all is in, and people wait to hear who won")
        elif at_stage is Stage.VOTING:
            words = _("“%(name)s” takes no more photos, and is decided when you end it: no day was said")
        yield Need(words % {"name": contest}, reverse("end_contest", args=[contest.uid]), _("Look"))


def _not_told() -> Iterator[Need]:
    for contest in stuck()[:MOST_CONTESTS]:
        words = _("“%(name)s” has ended, and those who took part could not all be told") % {"name": contest}
        yield Need(words, reverse("end_contest", args=[contest.uid]), _("Look"))


def _told(waiting: queries.Waiting, now: datetime) -> dict[str, object]:
    return {"n": waiting.count, "span": times.lasting(now - waiting.since) if waiting.since else ""}
