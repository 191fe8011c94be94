import json
from importlib import import_module

from django.core.management.base import BaseCommand

NAMES = (
    "ingest",
    "listen",
    "latency",
    "send",
    "import",
    "pages",
    "segments",
    "event_cost",
    "walk",
    "journeys",
    "broadcast",
    "inbox",
    "chat",
    "surveys",
    "answers",
    "rush",
)
SIZED = ("pages", "segments", "event_cost", "walk", "broadcast", "inbox", "surveys")
OF_PEOPLE = ("broadcast", "inbox", "surveys")


class Command(BaseCommand):
    help = "Measure a path beside its control; the last line is JSON."

    def add_arguments(self, parser) -> None:
        parser.add_argument("name", choices=NAMES)
        parser.add_argument("--contacts", type=int, help=f"{', '.join(SIZED)}: of how many people")
        parser.add_argument("--events", type=int, help=f"{', '.join(SIZED)}: of how many events")

    def handle(self, *args, name: str, **options) -> None:
        sizes = ("contacts",) if name in OF_PEOPLE else ("contacts", "events")
        size = {key: options[key] for key in sizes if name in SIZED and options[key]}
        module = import_module(f"engage.bench.{'imports' if name == 'import' else name}")
        self.stdout.write(json.dumps({"bench": name, **module.run(**size)}))
