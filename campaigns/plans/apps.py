from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "campaigns.plans"
    label = "campaigns_plans"
    verbose_name = "Plans"
