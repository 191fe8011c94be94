from django.urls import path

from engage.dashboard.inbox import deeds, keeping, to_do, views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/tasks/", to_do.tasks, name="tasks"),
    path("inbox/<uuid:uid>/", views.conversation, name="conversation"),
    path("inbox/<uuid:uid>/answer/", deeds.answer_conversation, name="answer_conversation"),
    path("inbox/<uuid:uid>/note/", deeds.note_conversation, name="note_conversation"),
    path("inbox/<uuid:uid>/done/", deeds.done_conversation, name="done_conversation"),
    path("inbox/<uuid:uid>/nothing/", deeds.nothing_to_answer, name="nothing_to_answer"),
    path("inbox/<uuid:uid>/later/", deeds.snooze_conversation, name="snooze_conversation"),
    path("inbox/<uuid:uid>/open/", deeds.reopen_conversation, name="reopen_conversation"),
    path("inbox/<uuid:uid>/hands/", deeds.assign_conversation, name="assign_conversation"),
    path("inbox/keep/<uuid:uid>/", keeping.keep_words, name="keep_words"),
    path("inbox/kept/<uuid:uid>/", keeping.kept_from, name="kept_from"),
    path("inbox/kept/<uuid:uid>/undo/", keeping.take_back_words, name="take_back_words"),
]
