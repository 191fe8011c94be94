"""What contests tell the rooms below."""

from crm.contacts import erasing, merging

for table in (
    "campaigns_contests_entry",
    "campaigns_contests_vote",
    "campaigns_contests_comparison",
    "campaigns_contests_share",
):
    merging.register(table)
    erasing.register(table)
