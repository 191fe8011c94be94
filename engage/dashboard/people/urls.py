from django.urls import path

from engage.dashboard.people import exports, origins, views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/find/", views.find_people, name="find_people"),
    path("people/filter/", views.filter_people, name="filter_people"),
    path("people/export/", exports.export_people, name="export_people"),
    path("people/origins/", origins.origins, name="origins"),
    path("people/new/", views.new_person, name="new_person"),
]
