from django.apps import AppConfig


class LeavingConfig(AppConfig):
    name = "crm.leaving"
    label = "crm_leaving"
    verbose_name = "Who may be leaving"
