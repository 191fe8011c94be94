from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "campaigns.journeys"
    label = "campaigns_journeys"
    verbose_name = "Journeys"
