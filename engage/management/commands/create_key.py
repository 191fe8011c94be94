from django.core.management.base import BaseCommand

from crm.business.actions import create_key
from crm.business.models import Key


class Command(BaseCommand):
    help = "Make a key and print it. It is shown once."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--kind", required=True, choices=Key.Kind.values)
        parser.add_argument("name")

    def handle(self, *args, kind: str, name: str, **options) -> None:
        _, text = create_key(kind=kind, name=name)
        self.stdout.write(text)
