from django.apps import AppConfig


class PollsConfig(AppConfig):
    name = "campaigns.polls"
    label = "campaigns_polls"
    verbose_name = "Polls"
