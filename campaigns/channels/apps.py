from django.apps import AppConfig

from campaigns.channels import port
from campaigns.channels.email.channel import Email


class ChannelsConfig(AppConfig):
    name = "campaigns.channels"
    label = "campaigns_channels"
    verbose_name = "Channels"

    def ready(self) -> None:
        port.register(Email())
