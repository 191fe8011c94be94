from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crm.business.queries import fresh_business
from engage.seeds import worlds
from engage.seeds.busy import fill
from engage.seeds.shop import team

BUSY = "busy"


class Command(BaseCommand):
    help = "Fills an empty home with a named world: empty, shop (the demo) or busy (many people, for measuring)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("world", choices=[*worlds.WORLDS, BUSY])
        parser.add_argument("--contacts", type=int, default=100_000, help="busy only")
        parser.add_argument("--events", type=int, default=1_000_000, help="busy only")

    def handle(self, *args: Any, world: str, contacts: int, events: int, **options: Any) -> None:
        try:
            worlds.refuse_data()
        except worlds.NotEmpty as error:
            raise CommandError(refusal(error)) from None
        if world == BUSY:
            fill(contacts=contacts, events=events, say=self.stdout.write)
        else:
            worlds.WORLDS[world](self.stdout.write)
        if fresh_business().demo:
            self.stdout.write(logins())


def refusal(error: worlds.NotEmpty) -> str:
    return f"This home has data already ({error.people:,} people); seed an empty one, or erase the demo first."


def logins() -> str:
    """Who can sign in to the demo, one a line."""
    rows = [f"  {login.role:<8}  {login.email:<28}  {team.password(login)}" for login in team.LOGINS]
    return "\n".join(["Sign in to the demo shop as", *rows])
