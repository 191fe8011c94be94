"""What the team made of the list of people: two views, a group by hand, and the act that filled it."""

from datetime import timedelta

from crm.lists import bulk
from crm.lists.actions import save_view
from crm.segments.picking import create_picked_segment
from engage.seeds.shop.people import Group
from engage.seeds.shop.scene import Scene

VIEWS = (
    ("Drinks oat milk", {"told": "milk:oat milk"}, ["reached_by", "remembered:milk", "remembered:brewing"], "name"),
    ("Quiet, may be written to", {"permission": "offers:yes", "quiet": "90"}, ["reached_by", "last_seen"], "seen"),
)
GUESTS = 12


def fill(scene: Scene) -> None:
    """The first view is the team's, the second Max's own."""
    marketer = scene.team["marketer"]
    for place, (name, filters, columns, order) in enumerate(VIEWS):
        save_view(
            name=name, filters=filters, columns=columns, order=order, shared=not place, by=marketer,
            at=scene.now - timedelta(days=20 - place),
        )  # fmt: skip
    group = create_picked_segment(name="Cupping evening", by=str(marketer), at=scene.now - timedelta(days=2))
    guests = [person for person in scene.known("en") if person.group is Group.REGULAR][:GUESTS]
    bulk.begin(
        "put-in",
        {"id": group.pk, "name": group.name},
        number=len(guests),
        colleague=marketer,
        at=scene.now - timedelta(days=2),
        chosen=[scene.contacts[person.number] for person in guests],
    )
