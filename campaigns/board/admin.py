from django.contrib import admin

from campaigns.board.models import Board, Change, Joined, Suggestion, Vote
from engage.lib.looking import ReadOnly


@admin.register(Board)
class BoardAdmin(ReadOnly):
    list_display = ["title", "is_open", "at_once", "changed", "changed_by"]


@admin.register(Suggestion)
class SuggestionAdmin(ReadOnly):
    list_display = ["title", "contact", "state", "standing", "votes", "at"]
    list_select_related = ["contact"]


@admin.register(Vote)
class VoteAdmin(ReadOnly):
    list_display = ["suggestion", "contact", "tell", "at"]
    list_select_related = ["suggestion", "contact"]


@admin.register(Joined)
class JoinedAdmin(ReadOnly):
    list_display = ["suggestion", "into", "at", "by", "undone"]
    list_select_related = ["suggestion", "into"]


@admin.register(Change)
class ChangeAdmin(ReadOnly):
    list_display = ["suggestion", "before", "state", "at", "by", "told"]
    list_select_related = ["suggestion"]
