from django.urls import path

from campaigns.contests.voting import jury_views, pair_views, views

urlpatterns = [
    path("contest/jury/<str:token>/", jury_views.contest_jury, name="contest_jury"),
    path("contest/jury/<str:token>/<uuid:uid>/", jury_views.judge_entry, name="judge_entry"),
    path("contest/<slug:key>/vote/", views.contest_vote, name="contest_vote"),
    path("contest/<slug:key>/vote/back/", views.take_contest_vote_back, name="take_contest_vote_back"),
    path("contest/<slug:key>/vote/<uuid:uid>/", views.vote_entry, name="vote_entry"),
    path("contest/<slug:key>/pairs/", pair_views.contest_pairs, name="contest_pairs"),
]
