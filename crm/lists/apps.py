from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "crm.lists"
    label = "crm_lists"
    verbose_name = "Lists of people"
