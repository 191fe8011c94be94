from django.urls import path

from engage.dashboard.groups import views

urlpatterns = [
    path("people/groups/", views.groups, name="groups"),
    path("people/groups/new/", views.new_group, name="new_group"),
    path("people/groups/new/by-hand/", views.new_picked_group, name="new_picked_group"),
    path("people/groups/<uuid:uid>/", views.group, name="group"),
    path("people/groups/<uuid:uid>/count/", views.count_group, name="count_group"),
    path("people/groups/<uuid:uid>/edit/", views.edit_group, name="edit_group"),
    path("people/groups/<uuid:uid>/delete/", views.delete_group, name="delete_group"),
    path("people/groups/<uuid:uid>/people/<uuid:person>/", views.pick_person, name="pick_person"),
]
