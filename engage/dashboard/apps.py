from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "engage.dashboard"
    label = "engage_dashboard"
