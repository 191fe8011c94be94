from django.urls import path

from engage.dashboard.firstrun import views

urlpatterns = [
    path("", views.start, name="start"),
    path("demo/", views.start_demo, name="start_demo"),
    path("loading/", views.start_loading, name="start_loading"),
    path("own/", views.start_own, name="start_own"),
    path("you/", views.start_you, name="start_you"),
    path("shop/", views.start_shop, name="start_shop"),
    path("people/", views.start_people, name="start_people"),
    path("write/", views.start_write, name="start_write"),
    path("write/heard/", views.start_heard, name="start_heard"),
    path("done/", views.start_done, name="start_done"),
]
