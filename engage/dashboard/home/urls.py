from django.urls import path

from engage.dashboard.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("home/told/", views.home_told, name="home_told"),
    path("home/going-out/", views.home_going_out, name="home_going_out"),
    path("landing/", views.landing, name="landing"),
]
