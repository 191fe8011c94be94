"""What offers tell the rooms below."""

from crm.contacts import erasing, merging

merging.register("campaigns_offers_given")
erasing.register("campaigns_offers_given")
