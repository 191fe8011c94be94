from django.urls import path

from engage.dashboard.groups import views

urlpatterns = [
    path("people/groups/", views.groups, name="groups"),
    path("people/groups/<uuid:uid>/count/", views.count_group, name="count_group"),
]
