from django.contrib import admin

from campaigns.surveys.models import Response, SignUp, Survey, SurveyVersion
from engage.lib.looking import ReadOnly


@admin.register(Survey)
class SurveyAdmin(ReadOnly):
    list_display = ["title", "key", "state", "changed", "changed_by"]


@admin.register(SurveyVersion)
class SurveyVersionAdmin(ReadOnly):
    list_display = ["survey", "number", "published", "published_by"]
    list_select_related = ["survey"]


@admin.register(Response)
class ResponseAdmin(ReadOnly):
    list_display = ["survey", "contact", "state", "started", "finished"]
    list_select_related = ["survey", "contact"]


@admin.register(SignUp)
class SignUpAdmin(ReadOnly):
    list_display = ["survey", "contact", "asked", "again", "mailed", "confirmed"]
    list_select_related = ["survey", "contact"]
