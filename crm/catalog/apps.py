from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "crm.catalog"
    label = "crm_catalog"
    verbose_name = "Catalog"
