from django.urls import path

from engage.dashboard.remembering import keys, picking, rules

urlpatterns = [
    path("", keys.settings_memory, name="settings_memory"),
    path("new/", keys.new_key, name="new_key"),
    path("pick/", picking.pick_memory, name="pick_memory"),
    path("preview/", picking.preview_memory, name="preview_memory"),
    path("rules/new/", rules.new_rule, name="new_rule"),
    path("rules/<uuid:uid>/", rules.edit_rule, name="edit_rule"),
    path("rules/<uuid:uid>/switch/", rules.switch_observed_rule, name="switch_observed_rule"),
    path("about/<str:key>/", keys.edit_key, name="edit_key"),
]
