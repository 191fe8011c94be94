from django.apps import AppConfig


class BroadcastsConfig(AppConfig):
    name = "campaigns.broadcasts"
    label = "campaigns_broadcasts"
    verbose_name = "Broadcasts"
