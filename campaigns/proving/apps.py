from django.apps import AppConfig


class ProvingConfig(AppConfig):
    name = "campaigns.proving"
    label = "campaigns_proving"
    verbose_name = "Proving"
