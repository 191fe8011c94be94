from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "campaigns.surveys"
    label = "campaigns_surveys"
    verbose_name = "Surveys"
