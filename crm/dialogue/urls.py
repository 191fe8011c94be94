from django.urls import path

from crm.dialogue import tap_views, views

urlpatterns = [
    path("talk", views.talk, name="talk"),
    path("talk/answered/<str:token>", tap_views.answered, name="talk_answered"),
    path("talk/stars/<str:token>", tap_views.rating, name="talk_rating"),
]
