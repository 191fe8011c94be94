from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crm.business.queries import fresh_business
from engage.seeds.shop.team import logins
from engage.seeds.worlds import NAMES, NotEmpty, sow


class Command(BaseCommand):
    help = "Fills an empty home with a named world: empty, shop (the demo) or busy (many people, for measuring)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("world", choices=NAMES)
        parser.add_argument("--contacts", type=int, default=100_000, help="busy only")
        parser.add_argument("--events", type=int, default=1_000_000, help="busy only")

    def handle(self, *args: Any, world: str, contacts: int, events: int, **options: Any) -> None:
        try:
            sow(world, self.stdout.write, contacts=contacts, events=events)
        except NotEmpty as error:
            raise CommandError(str(error)) from None
        if fresh_business().demo:
            self.stdout.write(logins())
