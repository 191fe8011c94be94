from django.apps import AppConfig


class MemoryConfig(AppConfig):
    name = "engage.memory"
    label = "engage_memory"
