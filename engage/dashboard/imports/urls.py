from django.urls import path

from engage.dashboard.imports import columns, exporting, permission, uploading, views

urlpatterns = [
    path("people/<uuid:uid>/everything.zip", exporting.export_person, name="export_person"),
    path("people/import/", uploading.import_people, name="import_people"),
    path("people/import/<uuid:uid>/", views.one_import, name="one_import"),
    path("people/import/<uuid:uid>/columns/", columns.import_columns, name="import_columns"),
    path("people/import/<uuid:uid>/encoding/", columns.import_encoding, name="import_encoding"),
    path("people/import/<uuid:uid>/permission/", permission.import_permission, name="import_permission"),
    path("people/import/<uuid:uid>/start/", views.start_import, name="start_import"),
    path("people/import/<uuid:uid>/drop/", views.drop_import, name="drop_import"),
    path("people/import/<uuid:uid>/undo/", views.undo_import, name="undo_import"),
    path("people/import/<uuid:uid>/not-taken.csv", views.not_taken, name="import_not_taken"),
]
