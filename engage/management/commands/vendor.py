from typing import Any

from django.core.management.base import BaseCommand

from engage import vendor


class Command(BaseCommand):
    help = "Copies what pages use from node_modules to where static files are looked for."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        vendor.copy()
