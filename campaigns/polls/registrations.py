"""What polls tell the rooms below."""

from django.utils.translation import gettext_lazy as _

from campaigns.polls.links import after_voting
from campaigns.surveys.taking import afterwards

afterwards.register(after_voting, _("See what came of it"), framed=True)
