from django.urls import path

from engage.chat import views

urlpatterns = [
    path("w/chat/<str:site>/", views.chat_frame, name="chat_frame"),
    path("w/chat/<str:site>/begin", views.begin, name="chat_begin"),
    path("w/chat/<str:site>/say", views.say, name="chat_say"),
    path("w/chat/<str:site>/lines", views.lines, name="chat_lines"),
    path("w/chat/<str:site>/address", views.address, name="chat_address"),
    path("w/chat/<str:site>/tap", views.tap, name="chat_tap"),
    path("w/chat/<str:site>/asked", views.asked, name="chat_asked"),
    path("w/chat/<str:site>/stars", views.stars, name="chat_stars"),
    path("w/chat/<str:site>/writes", views.writes, name="chat_writes"),
    path("w/chat/<str:site>/gone", views.gone, name="chat_gone"),
    path("live/chat/<str:token>/", views.live, name="chat_live"),
]
