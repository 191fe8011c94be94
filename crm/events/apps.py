from django.apps import AppConfig

from crm.contacts import merging


class EventsConfig(AppConfig):
    name = "crm.events"
    label = "crm_events"
    verbose_name = "Events"

    def ready(self) -> None:
        merging.register("crm_events_event")
