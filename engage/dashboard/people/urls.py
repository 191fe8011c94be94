from django.urls import path

from engage.dashboard.people import acting, exports, origins, saved, views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/count/", views.count_people, name="count_people"),
    path("people/find/", views.find_people, name="find_people"),
    path("people/filter/", views.filter_people, name="filter_people"),
    path("people/columns/", saved.choose_columns, name="choose_columns"),
    path("people/views/new/", saved.save_view, name="save_view"),
    path("people/views/<uuid:uid>/", saved.change_view, name="change_view"),
    path("people/views/<uuid:uid>/update/", saved.update_view, name="update_view"),
    path("people/views/<uuid:uid>/delete/", saved.delete_view, name="delete_view"),
    path("people/views/<uuid:uid>/restore/", saved.restore_view, name="restore_view"),
    path("people/act/", acting.act_on_people, name="act_on_people"),
    path("people/acts/", acting.bulk_acts, name="bulk_acts"),
    path("people/acts/<uuid:uid>/", acting.bulk_act, name="bulk_act"),
    path("people/acts/<uuid:uid>/stop/", acting.stop_act, name="stop_act"),
    path("people/acts/<uuid:uid>/go-on/", acting.go_on_act, name="go_on_act"),
    path("people/acts/<uuid:uid>/undo/", acting.undo_act, name="undo_act"),
    path("people/export/", exports.export_people, name="export_people"),
    path("people/origins/", origins.origins, name="origins"),
    path("people/origins/qr-code.svg", origins.qr_code, name="qr_code"),
    path("people/new/", views.new_person, name="new_person"),
]
