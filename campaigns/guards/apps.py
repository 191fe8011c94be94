from django.apps import AppConfig


class GuardsConfig(AppConfig):
    name = "campaigns.guards"
    label = "campaigns_guards"
    verbose_name = "Guards"
