"""What polls tell the rooms below."""

from campaigns.polls.links import after_voting
from campaigns.surveys.taking import afterwards

afterwards.register(after_voting)
