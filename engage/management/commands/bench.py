import json
from importlib import import_module

from django.core.management.base import BaseCommand

NAMES = ("ingest", "listen", "latency", "send", "import")


class Command(BaseCommand):
    help = "Measure a path beside its control; the last line is JSON."

    def add_arguments(self, parser) -> None:
        parser.add_argument("name", choices=NAMES)

    def handle(self, *args, name: str, **options) -> None:
        module = import_module(f"engage.bench.{'imports' if name == 'import' else name}")
        self.stdout.write(json.dumps({"bench": name, **module.run()}))
