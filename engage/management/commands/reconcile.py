from django.core.management.base import BaseCommand, CommandError

from crm.dialogue.ledger import sums


class Command(BaseCommand):
    help = "Print the send ledger's sums; fails if what was due is not accounted for."

    def handle(self, *args, **options) -> None:
        wrong = 0
        for each in sums():
            verdict = "" if each.adds_up else "  DOES NOT ADD UP"
            wrong += not each.adds_up
            self.stdout.write(
                f"{each.origin}: due {each.due} = waiting {each.waiting} + sent {each.sent} "
                f"+ withheld {each.withheld} + failed {each.failed} + unknown {each.unknown}{verdict}"
            )
        if wrong:
            raise CommandError(f"{wrong} do not add up.", returncode=1)
        self.stdout.write("Everything adds up.")
