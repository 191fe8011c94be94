from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from engage.embedded.owner import AlreadyOwned
from engage.embedded.waiting import TooLong
from engage.launcher import launch


class Command(BaseCommand):
    help = "Starts everything on this machine and keeps it running until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000, help="0 takes a free one")
        world = parser.add_mutually_exclusive_group()
        world.add_argument("--demo", action="store_const", const="shop", dest="world", help="seed a small shop")
        world.add_argument("--empty", action="store_const", const="empty", dest="world", help="seed only the defaults")

    def handle(self, *args: Any, host: str, port: int, world: str | None, **options: Any) -> None:
        try:
            launch.run(settings.HOME, host=host, port=port, world=world, say=self.say)
        except AlreadyOwned as error:
            raise CommandError(f"Engage already runs on {settings.HOME.root}: {error}") from None
        except (TooLong, launch.Failed) as error:
            raise CommandError(str(error)) from None

    def say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()  # whoever waits for "ready" at the other end of a pipe
