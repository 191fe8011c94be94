from django.contrib import admin

from campaigns.contests.models import (
    Announcement,
    Comparison,
    Contest,
    CountedRing,
    Entry,
    Juror,
    Prize,
    Score,
    Share,
    Small,
    Vote,
)
from engage.lib.looking import ReadOnly


@admin.register(Contest)
class ContestAdmin(ReadOnly):
    list_display = ["survey", "by", "at", "made_by", "ended"]
    list_select_related = ["survey"]
    exclude = ["seed"]


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    list_display = ["caption", "contest", "contact", "standing", "place", "at"]
    list_select_related = ["contest__survey", "contact"]


@admin.register(Announcement)
class AnnouncementAdmin(ReadOnly):
    list_display = ["contest", "state", "number", "at", "by", "finished"]
    list_select_related = ["contest__survey"]


@admin.register(Small)
class SmallAdmin(ReadOnly):
    list_display = ["entry", "kind", "width", "height"]
    list_select_related = ["entry"]
    exclude = ["data"]


@admin.register(Prize)
class PrizeAdmin(ReadOnly):
    list_display = ["contest", "place", "words", "offer"]
    list_select_related = ["contest__survey"]


@admin.register(Vote)
class VoteAdmin(ReadOnly):
    list_display = ["contest", "entry", "contact", "refused", "at"]
    list_select_related = ["contest__survey", "entry", "contact"]


@admin.register(Comparison)
class ComparisonAdmin(ReadOnly):
    list_display = ["contest", "contact", "left", "right", "better", "at"]
    list_select_related = ["contest__survey", "contact", "left", "right", "better"]


@admin.register(Juror)
class JurorAdmin(ReadOnly):
    list_display = ["name", "contest", "user", "at", "left"]
    list_select_related = ["contest__survey", "user"]


@admin.register(Score)
class ScoreAdmin(ReadOnly):
    list_display = ["juror", "entry", "criterion", "points", "at"]
    list_select_related = ["juror", "entry"]


@admin.register(Share)
class ShareAdmin(ReadOnly):
    list_display = ["code", "contest", "contact", "shares", "visits", "entries", "votes"]
    list_select_related = ["contest__survey", "contact"]


@admin.register(CountedRing)
class CountedRingAdmin(ReadOnly):
    list_display = ["contest", "key", "at", "by"]
    list_select_related = ["contest__survey"]
