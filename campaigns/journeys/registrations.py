"""What journeys tell the rooms below; `crm.contacts` imports every app's registrations once all is ready."""

from campaigns.journeys.actions import keep_the_older
from crm.contacts import merging

merging.register("campaigns_journeys_enrolment", after=keep_the_older)
