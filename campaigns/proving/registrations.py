"""What proving tells the rooms below."""

from campaigns.proving.actions import erase_claims
from crm.contacts import erasing, merging

merging.register("campaigns_proving_claim")
erasing.register("campaigns_proving_claim", erase_claims)
