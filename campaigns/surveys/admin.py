from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from campaigns.surveys.models import (
    AnswerHook,
    AnswerTag,
    Approach,
    Count,
    Deed,
    DeedQuote,
    FormerSurvey,
    Photo,
    Placement,
    Places,
    Response,
    Saying,
    Seen,
    SignUp,
    Survey,
    SurveyVersion,
    TaggedAnswer,
    Uncounted,
)
from engage.lib.looking import ReadOnly


@admin.register(Survey)
class SurveyAdmin(ReadOnly):
    list_display = ["title", "key", "state", "changed", "changed_by"]


@admin.register(FormerSurvey)
class FormerSurveyAdmin(ReadOnly):
    list_display = ["survey", "about", "at", "by"]
    list_select_related = ["survey"]


@admin.register(SurveyVersion)
class SurveyVersionAdmin(ReadOnly):
    list_display = ["survey", "number", "published", "published_by"]
    list_select_related = ["survey"]


@admin.register(Response)
class ResponseAdmin(ReadOnly):
    list_display = ["survey", "contact", "state", "origin", "started", "finished"]
    list_select_related = ["survey", "contact"]


@admin.register(Places)
class PlacesAdmin(ReadOnly):
    list_display = ["survey", "key", "taken"]
    list_select_related = ["survey"]


@admin.register(Photo)
class PhotoAdmin(ReadOnly):
    list_display = ["response", "question", "kind", "at"]
    list_select_related = ["response__survey", "response__contact"]
    exclude = ["data"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Photo]:
        return super().get_queryset(request).defer("data")


@admin.register(SignUp)
class SignUpAdmin(ReadOnly):
    list_display = ["survey", "contact", "origin", "asked", "again", "mailed", "confirmed"]
    list_select_related = ["survey", "contact"]


@admin.register(Count)
class CountAdmin(ReadOnly):
    list_display = ["survey", "question", "no", "day", "origin", "language", "n"]
    list_select_related = ["survey"]


@admin.register(Uncounted)
class UncountedAdmin(ReadOnly):
    list_display = ["survey", "day", "origin", "language", "sign"]
    list_select_related = ["survey"]


@admin.register(Saying)
class SayingAdmin(ReadOnly):
    list_display = ["survey", "question", "score", "at"]
    list_select_related = ["survey"]


@admin.register(AnswerTag)
class AnswerTagAdmin(ReadOnly):
    list_display = ["survey", "name"]
    list_select_related = ["survey"]


@admin.register(TaggedAnswer)
class TaggedAnswerAdmin(ReadOnly):
    list_display = ["saying", "tag", "by", "at"]
    list_select_related = ["saying", "tag"]


@admin.register(AnswerHook)
class AnswerHookAdmin(ReadOnly):
    list_display = ["response", "url", "state", "tries", "reason", "status"]
    list_select_related = ["response"]


@admin.register(Deed)
class DeedAdmin(ReadOnly):
    list_display = ["survey", "words", "since", "by"]
    list_select_related = ["survey"]


@admin.register(DeedQuote)
class DeedQuoteAdmin(ReadOnly):
    list_display = ["deed", "saying"]
    list_select_related = ["deed", "saying"]


@admin.register(Placement)
class PlacementAdmin(ReadOnly):
    list_display = ["survey", "origin", "shape", "on", "changed", "changed_by"]
    list_select_related = ["survey"]


@admin.register(Seen)
class SeenAdmin(ReadOnly):
    list_display = ["survey", "origin", "day", "shown", "begun"]
    list_select_related = ["survey"]


@admin.register(Approach)
class ApproachAdmin(ReadOnly):
    list_display = ["survey", "contact", "shown", "closed"]
    list_select_related = ["survey", "contact"]
