from django.urls import path

from engage.dashboard.messages import again, stopping, unreadable, views

urlpatterns = [
    path("messages/", views.messages, name="messages"),
    path("messages/sent/", views.sent, name="sent"),
    path("messages/sent/days/", views.sent_days, name="sent_days"),
    path("messages/sent/again/", again.send_again, name="send_again"),
    path("messages/hold/", stopping.hold_origin, name="hold_origin"),
    path("messages/lift/", stopping.lift_hold, name="lift_hold"),
    path("messages/pause/", stopping.pause_everything, name="pause_everything"),
    path("messages/resume/", stopping.resume_everything, name="resume_everything"),
    path("messages/outbox/", views.outbox, name="outbox"),
    path("messages/unreadable/", unreadable.unreadable, name="unreadable"),
    path("messages/unreadable/<uuid:uid>/retry/", unreadable.retry_unreadable, name="retry_unreadable"),
    path("messages/<uuid:uid>/", views.message, name="message"),
    path("messages/<uuid:uid>/letter/", views.letter, name="letter"),
]
