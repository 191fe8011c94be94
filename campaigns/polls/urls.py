from django.urls import path

from campaigns.polls import views

urlpatterns = [
    path("poll/<slug:key>/", views.poll, name="poll"),
    path("poll/<slug:key>/live/", views.follow_poll, name="follow_poll"),
]
