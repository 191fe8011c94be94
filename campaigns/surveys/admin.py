from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from campaigns.surveys.models import FormerSurvey, Photo, Places, Response, SignUp, Survey, SurveyVersion
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
