from django.urls import path

from engage.dashboard.people import views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/new/", views.new_person, name="new_person"),
]
