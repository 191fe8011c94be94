from django.urls import path

from engage.dashboard.settings import changes, enquiries, keys, team, views

urlpatterns = [
    path("business/", views.settings_business, name="settings_business"),
    path("sending/", views.settings_sending, name="settings_sending"),
    path("sending/checklist/", views.live_checklist, name="live_checklist"),
    path("sending/live/", views.go_live, name="go_live"),
    path("sending/test/", views.back_to_test, name="back_to_test"),
    path("website/", views.settings_website, name="settings_website"),
    path("website/heard/", views.website_heard, name="website_heard"),
    path("team/", team.settings_team, name="settings_team"),
    path("team/<uuid:uid>/", team.change_colleague, name="change_colleague"),
    path("limits/", views.settings_limits, name="settings_limits"),
    path("limits/topics/", views.add_topic, name="add_topic"),
    path("enquiries/", enquiries.settings_enquiries, name="settings_enquiries"),
    path("enquiries/subjects/", enquiries.add_subject, name="add_subject"),
    path("enquiries/subjects/<str:key>/", enquiries.change_subject, name="change_subject"),
    path("enquiries/tags/", enquiries.add_leaving_tag, name="add_leaving_tag"),
    path("enquiries/signs/<int:pk>/remove/", enquiries.remove_sign, name="remove_sign"),
    path("health/", views.settings_health, name="settings_health"),
    path("health/<slug:belt>/", views.restart_belt, name="restart_belt"),
    path("changes/", changes.settings_changes, name="settings_changes"),
    path("developer/", keys.settings_keys, name="settings_keys"),
    path("developer/webhook-secret/", keys.new_webhook_secret, name="new_webhook_secret"),
    path("developer/<uuid:uid>/revoke/", keys.revoke, name="revoke_key"),
]
