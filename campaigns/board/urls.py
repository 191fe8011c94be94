from django.urls import path

from campaigns.board import views

urlpatterns = [
    path("b/", views.public_board, name="public_board"),
    path("b/new/", views.suggest, name="suggest"),
    path("b/stop/<str:token>", views.stop_news, name="board_stop"),
    path("b/<uuid:uid>/", views.public_suggestion, name="public_suggestion"),
    path("b/<uuid:uid>/vote/", views.vote, name="vote_suggestion"),
    path("b/<uuid:uid>/back/", views.take_vote_back, name="take_vote_back"),
]
