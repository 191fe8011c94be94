from django.urls import path

from engage.dashboard.surveys import building, leaving, limits, one_answer, photos, sign_ups, views

urlpatterns = [
    path("surveys/", views.surveys, name="surveys"),
    path("surveys/new/", views.new_survey, name="new_survey"),
    path("surveys/sign-up-forms/", sign_ups.sign_up_forms, name="sign_up_forms"),
    path("surveys/sign-up-forms/new/", sign_ups.new_sign_up_form, name="new_sign_up_form"),
    path("surveys/photos/<uuid:uid>/", photos.survey_photo, name="survey_photo"),
    path("surveys/answers/<uuid:uid>/", one_answer.survey_answer, name="survey_answer"),
    path("surveys/<uuid:uid>/", views.survey, name="survey"),
    path("surveys/<uuid:uid>/edit/", building.edit_survey, name="edit_survey"),
    path("surveys/<uuid:uid>/limits/", limits.limit_survey, name="limit_survey"),
    path("surveys/<uuid:uid>/publish/", views.publish_survey, name="publish_survey"),
    path("surveys/<uuid:uid>/leaving/", leaving.tick_answers, name="tick_answers"),
    path("surveys/<uuid:uid>/close/", views.close_survey, name="close_survey"),
]
