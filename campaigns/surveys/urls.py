from django.urls import path

from campaigns.surveys import confirming, owning, views

urlpatterns = [
    path("s/<slug:key>/", views.answer_survey, name="answer_survey"),
    path("s/<slug:key>/dont/", views.dont_remember, name="dont_remember"),
    path("s/<slug:key>/preview/<str:token>/", views.preview_survey, name="preview_survey"),
    path("s/<slug:key>/mine/<str:token>/", owning.confirm_answer, name="confirm_answer"),
    path("s/<slug:key>/confirm/<str:token>/", confirming.confirm_sign_up, name="confirm_sign_up"),
    path("s/<slug:key>/confirm/<str:token>/again/", confirming.send_confirmation_again, name="send_confirmation_again"),
]
