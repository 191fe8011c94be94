from django.urls import path

from engage.dashboard.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("home/told/", views.home_told, name="home_told"),
    path("home/pause/", views.pause_everything, name="pause_everything"),
    path("home/resume/", views.resume_everything, name="resume_everything"),
    path("landing/", views.landing, name="landing"),
]
