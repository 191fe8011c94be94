from collections.abc import Iterable

from django.core.management.base import BaseCommand, CommandError

from crm.dialogue.ledger import Day, Sums, days, sums, wrong_days


class Command(BaseCommand):
    help = "Print the send ledger's sums, by what spoke and by day; fails if what was due is not accounted for."

    def handle(self, *args, **options) -> None:
        wrong = self._print((one.origin, one) for one in sums())
        wrong += self._print((f"{one.day}", one) for one in days())
        for day, origin, due, accounted in wrong_days():
            self.stdout.write(f"{origin} on {day}: due {due}, accounted for {accounted}  DOES NOT ADD UP")
        if wrong:
            raise CommandError(f"{wrong} do not add up.", returncode=1)
        self.stdout.write("Everything adds up.")

    def _print(self, found: Iterable[tuple[str, Sums | Day]]) -> int:
        """One line for each sum; how many are wrong."""
        wrong = 0
        for name, one in found:
            verdict = "" if one.adds_up else "  DOES NOT ADD UP"
            wrong += not one.adds_up
            self.stdout.write(
                f"{name}: due {one.due} = waiting {one.waiting} + sent {one.sent} "
                f"+ withheld {one.withheld} + failed {one.failed} + unknown {one.unknown}{verdict}"
            )
        return wrong
