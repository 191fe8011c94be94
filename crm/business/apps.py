from django.apps import AppConfig


class BusinessConfig(AppConfig):
    name = "crm.business"
    label = "crm_business"
    verbose_name = "Business"
