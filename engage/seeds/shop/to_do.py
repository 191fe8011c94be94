"""Four tasks of the team, one of them overdue."""

from datetime import timedelta

from crm.contacts.models import Contact
from crm.dialogue.actions import make_task
from engage.seeds.shop.chance import lot
from engage.seeds.shop.people import Group
from engage.seeds.shop.scene import Scene

TASKS = (
    ("call", "Ask whether the new grinder setting helped", "agent", timedelta(hours=-26)),
    ("visit", "Bring samples of the decaf to the café", "owner", timedelta(days=1)),
    ("write", "A card with the birthday order", "marketer", timedelta(days=3)),
    ("other", "Put two bags of the Geisha aside", "agent", timedelta(days=12)),
)


def plan(scene: Scene) -> None:
    """The visit is to a café; the rest to people who buy often."""
    often = [person for person in scene.known("en") if person.group is Group.REGULAR]
    cafes = [person for person in scene.known("en") if person.group is Group.CAFE]
    chosen = lot("tasks").sample(often, len(TASKS) - 1)
    for kind, text, role, due in TASKS:
        person = cafes[0] if kind == "visit" else chosen.pop()
        make_task(
            contact=Contact.objects.get(pk=scene.contacts[person.number]),
            kind=kind,
            text=text,
            due=scene.now + due,
            assignee=scene.team[role],
            by=scene.team["owner"],
            at=scene.now - timedelta(days=3),
        )
