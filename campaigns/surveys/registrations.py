"""What surveys tell the rooms below; `crm.contacts` imports every app's registrations once all is ready."""

from crm.contacts import merging

merging.register("campaigns_surveys_response")
