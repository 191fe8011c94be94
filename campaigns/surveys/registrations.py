"""What surveys tell the rooms below; `crm.contacts` imports every app's registrations once all is ready."""

from crm.contacts import erasing, merging

merging.register("campaigns_surveys_response")
erasing.register("campaigns_surveys_response")
