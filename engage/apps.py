from django.apps import AppConfig

from engage import celery


class EngageConfig(AppConfig):
    name = "engage"
    label = "engage"
    celery = celery.app  # named here so that every process has the application before any task is declared
