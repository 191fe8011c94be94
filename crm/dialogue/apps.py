from django.apps import AppConfig

from crm.contacts import merging


class DialogueConfig(AppConfig):
    name = "crm.dialogue"
    label = "crm_dialogue"
    verbose_name = "Dialogue"

    def ready(self) -> None:
        for table in ("crm_dialogue_conversation", "crm_dialogue_message", "crm_dialogue_note", "crm_dialogue_task"):
            merging.register(table)
