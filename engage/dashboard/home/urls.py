from django.urls import path

from engage.dashboard.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("landing/", views.landing, name="landing"),
]
