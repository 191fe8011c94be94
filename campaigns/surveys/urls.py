from django.urls import path

from campaigns.surveys.confirming import own_answer_page, sign_up_page
from campaigns.surveys.embeds import views as embeds
from campaigns.surveys.filling import views

urlpatterns = [
    path("s/<slug:key>/", views.answer_survey, name="answer_survey"),
    path("s/<slug:key>/dont/", views.dont_remember, name="dont_remember"),
    path("s/<slug:key>/preview/<str:token>/", views.preview_survey, name="preview_survey"),
    path("s/<slug:key>/mine/<str:token>/", own_answer_page.confirm_answer, name="confirm_answer"),
    path("s/<slug:key>/confirm/<str:token>/", sign_up_page.confirm_sign_up, name="confirm_sign_up"),
    path(
        "s/<slug:key>/confirm/<str:token>/again/", sign_up_page.send_confirmation_again, name="send_confirmation_again"
    ),
    path("s/<slug:key>/begun/", embeds.begun_on_page, name="begun_on_page"),
    path("s/<slug:key>/in/<uuid:place>/", embeds.answer_in_frame, name="answer_in_frame"),
    path("s/<slug:key>/in/<uuid:place>/dont/", embeds.dont_in_frame, name="dont_in_frame"),
    path("s/<slug:key>/in/<uuid:place>/begun/", embeds.begun_in_frame, name="begun_in_frame"),
    path("w/surveys/may", embeds.may_show, name="may_show_surveys"),
    path("w/surveys/met", embeds.met, name="met_survey"),
    path("w/surveys/<str:site>.js", embeds.surveys_script, name="surveys_script"),
]
