from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "campaigns.board"
    label = "campaigns_board"
    verbose_name = "Feedback board"
