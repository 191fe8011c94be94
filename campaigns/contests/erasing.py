"""What becomes of what somebody entered when they are erased."""

from crm.contacts.erasing import Erased
from engage.lib import sql

_OF = "SELECT id FROM campaigns_contests_entry WHERE contact_id = ANY(%(contacts)s)"
_DELETE = (
    "campaigns_contests_comparison WHERE left_id IN",
    "campaigns_contests_comparison WHERE right_id IN",
    "campaigns_contests_small WHERE entry_id IN",
    "campaigns_contests_vote WHERE entry_id IN",
    "campaigns_contests_score WHERE entry_id IN",
    "campaigns_contests_share WHERE entry_id IN",
    "campaigns_contests_entry WHERE id IN",
)


def erase_entries(erased: Erased) -> None:
    """Gone from the gallery at once, with every vote, comparison and score that it got, and the links to it."""
    params = {"contacts": list(erased.contacts)}
    sql.run(f"UPDATE campaigns_contests_prize SET entry_id = NULL WHERE entry_id IN ({_OF})", params)  # noqa: S608 ours
    for what in _DELETE:
        sql.run(f"DELETE FROM {what} ({_OF})", params)  # noqa: S608 tables of ours
