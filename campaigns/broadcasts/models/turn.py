from django.db import models

from campaigns.broadcasts.models.broadcast import Broadcast
from crm.dialogue.models import Message


class Turn(models.Model):
    """A message whose turn has not come: a narrow queue in front of the speaking belt's, emptied when done.

    A broadcast is paused, throttled and cancelled here; the speaking belt has a few thousand of it at most. `rest` are
    those who get what proves best in the sample. No key is checked: both sides stay as long as the broadcast does.
    """

    message = models.OneToOneField(
        Message, primary_key=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    broadcast = models.ForeignKey(
        Broadcast, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    rest = models.BooleanField(default=False, db_default=False)
    due = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["broadcast", "rest", "due", "message"], name="turn_next")]

    def __str__(self) -> str:
        return str(self.message_id)
