from django.apps import AppConfig


class DesignsConfig(AppConfig):
    name = "campaigns.designs"
    label = "campaigns_designs"
    verbose_name = "Designs"
