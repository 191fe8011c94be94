from django.apps import AppConfig

from crm.contacts import merging


class DialogueConfig(AppConfig):
    name = "crm.dialogue"
    label = "crm_dialogue"
    verbose_name = "Dialogue"

    def ready(self) -> None:
        for table in ("block", "chatvisit", "conversation", "mail", "message", "note", "task"):
            merging.register(f"crm_dialogue_{table}")
