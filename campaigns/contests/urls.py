from django.urls import path

from campaigns.contests import views

urlpatterns = [
    path("contest/<slug:key>/", views.public_contest, name="public_contest"),
    path("contest/<slug:key>/entry/<uuid:uid>/", views.public_entry, name="public_entry"),
    path("contest/<slug:key>/photo/<uuid:uid>", views.contest_photo, name="contest_photo"),
]
