from django.apps import AppConfig


class PreferencesConfig(AppConfig):
    name = "crm.preferences"
    label = "crm_preferences"
    verbose_name = "Preferences"
