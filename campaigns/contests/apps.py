from django.apps import AppConfig


class ContestsConfig(AppConfig):
    name = "campaigns.contests"
    label = "campaigns_contests"
    verbose_name = "Contests"
