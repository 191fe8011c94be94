"""What becomes of the journal of acts on many when people are merged or erased."""

from crm.contacts import erasing, merging

merging.register("crm_lists_bulkchange")
erasing.register("crm_lists_bulkchange")
