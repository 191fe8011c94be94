from django.urls import path

from engage.dashboard.board import deeds, putting, views

urlpatterns = [
    path("surveys/board/", views.suggestions, name="suggestions"),
    path("surveys/board/qr.<str:kind>", views.board_qr, name="board_qr"),
    path("surveys/board/new/", views.new_suggestion, name="new_suggestion"),
    path("surveys/board/settings/", views.set_up_board, name="set_up_board"),
    path("surveys/board/words/<uuid:uid>/", putting.put_words, name="put_words"),
    path("surveys/board/answers/<uuid:uid>/<slug:question>/", putting.put_answer, name="put_answer"),
    path("surveys/board/joined/<int:pk>/part/", deeds.part_suggestions, name="part_suggestions"),
    path("surveys/board/<uuid:uid>/", views.suggestion, name="suggestion"),
    path("surveys/board/<uuid:uid>/write/", deeds.write_suggestion, name="write_suggestion"),
    path("surveys/board/<uuid:uid>/answer/", deeds.answer_suggestion, name="answer_suggestion"),
    path("surveys/board/<uuid:uid>/join/", deeds.join_suggestion, name="join_suggestion"),
    path("surveys/board/<uuid:uid>/talk/", deeds.talk_about_suggestion, name="talk_about_suggestion"),
    path("surveys/board/<uuid:uid>/stand/<slug:standing>/", deeds.stand_suggestion, name="stand_suggestion"),
]
