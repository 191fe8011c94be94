from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from crm.contacts import merging


class ContactsConfig(AppConfig):
    name = "crm.contacts"
    label = "crm_contacts"
    verbose_name = "Contacts"

    def ready(self) -> None:
        for table in ("identity", "consent", "pause", "imported", "origin"):
            merging.register(f"crm_contacts_{table}")
        autodiscover_modules("registrations")
