from django.contrib import admin

from campaigns.journeys.models import (
    Backtest,
    Brake,
    DueWait,
    DueWebhook,
    Enrolment,
    EntryDay,
    FormerDraft,
    Journey,
    JourneyVersion,
    Moment,
    Move,
    ShadowMessage,
    StepTally,
    Visit,
    Webhook,
)
from engage.lib.looking import ReadOnly


@admin.register(Journey)
class JourneyAdmin(ReadOnly):
    list_display = ["name", "state", "state_by", "state_at"]


@admin.register(FormerDraft)
class FormerDraftAdmin(ReadOnly):
    list_display = ["journey_id", "at", "by"]


@admin.register(JourneyVersion)
class JourneyVersionAdmin(ReadOnly):
    list_display = ["journey", "number", "published", "published_by"]
    list_select_related = ["journey"]


@admin.register(Enrolment)
class EnrolmentAdmin(ReadOnly):
    list_display = ["uid", "journey", "state", "step", "began", "outcome"]
    list_select_related = ["journey"]


@admin.register(EntryDay)
class EntryDayAdmin(ReadOnly):
    list_display = ["journey_id", "day", "begun", "over"]


@admin.register(Brake)
class BrakeAdmin(ReadOnly):
    list_display = ["journey_id", "since", "until", "a_day", "sent", "tripped", "lifted_by"]


@admin.register(Visit)
class VisitAdmin(ReadOnly):
    list_display = ["enrolment_id", "number", "step", "at"]


@admin.register(DueWait)
class DueWaitAdmin(ReadOnly):
    list_display = ["enrolment_id", "due", "looks_for", "parked", "attempts"]


@admin.register(Move)
class MoveAdmin(ReadOnly):
    list_display = ["version_id", "step", "to_id", "to_step", "at", "by"]


@admin.register(Moment)
class MomentAdmin(ReadOnly):
    list_display = ["event", "details", "told", "until"]


@admin.register(StepTally)
class StepTallyAdmin(ReadOnly):
    list_display = ["version_id", "step", "day", "visits"]


@admin.register(ShadowMessage)
class ShadowMessageAdmin(ReadOnly):
    list_display = ["enrolment_id", "visit", "step", "asked", "fate", "why", "went"]


@admin.register(Backtest)
class BacktestAdmin(ReadOnly):
    list_display = ["uid", "journey", "since", "until", "state", "by", "at"]
    list_select_related = ["journey"]


@admin.register(Webhook)
class WebhookAdmin(ReadOnly):
    list_display = ["uid", "url", "name", "state", "tries", "reason", "status", "settled"]


@admin.register(DueWebhook)
class DueWebhookAdmin(ReadOnly):
    list_display = ["webhook_id", "host", "due", "attempts"]
