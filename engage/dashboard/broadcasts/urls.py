from django.urls import path

from engage.dashboard.broadcasts import drafting, following, lists, one, saying, steering

urlpatterns = [
    path("messages/one-off/", lists.broadcasts, name="broadcasts"),
    path("messages/one-off/new/", drafting.new_broadcast, name="new_broadcast"),
    path("messages/one-off/estimate/", drafting.broadcast_estimate, name="broadcast_estimate"),
    path("messages/one-off/<uuid:uid>/", one.broadcast, name="broadcast"),
    path("messages/one-off/<uuid:uid>/whom/", drafting.broadcast_whom, name="broadcast_whom"),
    path("messages/one-off/<uuid:uid>/what/", saying.broadcast_what, name="broadcast_what"),
    path("messages/one-off/<uuid:uid>/what/<slug:letter>/", saying.broadcast_version, name="broadcast_version"),
    path("messages/one-off/<uuid:uid>/lengths/", saying.broadcast_lengths, name="broadcast_lengths"),
    path("messages/one-off/<uuid:uid>/when/", drafting.broadcast_when, name="broadcast_when"),
    path("messages/one-off/<uuid:uid>/start/", steering.start_broadcast, name="start_broadcast"),
    path("messages/one-off/<uuid:uid>/pause/", steering.pause_broadcast, name="pause_broadcast"),
    path("messages/one-off/<uuid:uid>/resume/", steering.resume_broadcast, name="resume_broadcast"),
    path("messages/one-off/<uuid:uid>/cancel/", steering.cancel_broadcast, name="cancel_broadcast"),
    path("messages/one-off/<uuid:uid>/pace/", steering.pace_broadcast, name="pace_broadcast"),
    path("messages/one-off/<uuid:uid>/winner/", steering.choose_version, name="choose_version"),
    path("messages/one-off/<uuid:uid>/results/", one.broadcast_results, name="broadcast_results"),
    path("messages/one-off/<uuid:uid>/copy/", following.copy_broadcast, name="copy_broadcast"),
    path("messages/one-off/<uuid:uid>/delete/", following.delete_broadcast, name="delete_broadcast"),
    path("messages/one-off/<uuid:uid>/remind/", following.remind_broadcast, name="remind_broadcast"),
    path("messages/one-off/<uuid:uid>/follow-up/", following.follow_up_broadcast, name="follow_up_broadcast"),
]
