from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "campaigns.channels"
    label = "campaigns_channels"
    verbose_name = "Channels"
