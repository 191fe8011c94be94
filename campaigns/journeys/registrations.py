"""What journeys tell the rooms below; `crm.contacts` imports every app's registrations once all is ready."""

from campaigns.journeys.actions import forget_walks, keep_the_older
from campaigns.journeys.groups import segments_needed
from crm.contacts import erasing, merging
from crm.segments import dependence

merging.register("campaigns_journeys_enrolment", after=keep_the_older)
erasing.register("campaigns_journeys_enrolment", forget_walks)
dependence.register(segments_needed)
