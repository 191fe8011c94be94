from django.urls import include, path

from campaigns.contests import draw_views, views

urlpatterns = [
    path("", include("campaigns.contests.sharing.urls")),
    path("contest/<slug:key>/", views.public_contest, name="public_contest"),
    path("contest/<slug:key>/entry/<uuid:uid>/", views.public_entry, name="public_entry"),
    path("contest/<slug:key>/photo/<uuid:uid>", views.contest_photo, name="contest_photo"),
    path("contest/<slug:key>/draw/", draw_views.public_draw, name="public_draw"),
    path("contest/<slug:key>/draw/record.json", draw_views.draw_record, name="draw_record"),
]
