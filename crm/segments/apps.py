from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "crm.segments"
    label = "crm_segments"
    verbose_name = "Segments"
