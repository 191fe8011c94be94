from django.urls import path

from engage.dashboard.polls import views

urlpatterns = [
    path("surveys/polls/", views.polls, name="polls"),
    path("surveys/polls/new/", views.new_poll, name="new_poll"),
    path("surveys/polls/<uuid:uid>/", views.poll_results, name="poll_results"),
    path("surveys/polls/<uuid:uid>/qr.<str:kind>", views.poll_qr, name="poll_qr"),
    path("surveys/polls/<uuid:uid>/end/", views.end_poll, name="end_poll"),
    path("surveys/polls/<uuid:uid>/open/", views.open_poll, name="open_poll"),
]
