from django.urls import path

from engage.dashboard.contests import queue, views

urlpatterns = [
    path("contests/", views.contests, name="contests"),
    path("contests/new/", views.new_contest, name="new_contest"),
    path("contests/<uuid:uid>/", views.contest, name="contest"),
    path("contests/<uuid:uid>/edit/", views.edit_contest, name="edit_contest"),
    path("contests/<uuid:uid>/publish/", views.publish_contest, name="publish_contest"),
    path("contests/<uuid:uid>/close/", views.close_contest, name="close_contest"),
    path("contests/<uuid:uid>/queue/", queue.entries_queue, name="entries_queue"),
    path("contests/<uuid:uid>/queue/undo/<int:moment>/", queue.undo_entries, name="undo_entries"),
]
