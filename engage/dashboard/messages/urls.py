from django.urls import path

from engage.dashboard.messages import unreadable, views

urlpatterns = [
    path("messages/", views.messages, name="messages"),
    path("messages/sent/", views.sent, name="sent"),
    path("messages/outbox/", views.outbox, name="outbox"),
    path("messages/unreadable/", unreadable.unreadable, name="unreadable"),
    path("messages/unreadable/<uuid:uid>/retry/", unreadable.retry_unreadable, name="retry_unreadable"),
    path("messages/<uuid:uid>/", views.message, name="message"),
    path("messages/<uuid:uid>/letter/", views.letter, name="letter"),
]
