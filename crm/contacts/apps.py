from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from crm.contacts import merging


class ContactsConfig(AppConfig):
    name = "crm.contacts"
    label = "crm_contacts"
    verbose_name = "Contacts"

    def ready(self) -> None:
        for table in ("crm_contacts_identity", "crm_contacts_consent", "crm_contacts_pause", "crm_contacts_imported"):
            merging.register(table)
        autodiscover_modules("registrations")
