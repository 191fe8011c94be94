from django.db import models
from django.db.models import Q
from django.db.models.functions import Least

from crm.dialogue.models.conversation import Conversation


class Clock(models.Model):
    """By when an open conversation is to be answered, and by when it is to be done: moments, in the shop's hours. They
    are kept when the conversation moves, so that no list has to reckon. `soon` and `due` are the next of either kind.
    """

    conversation = models.OneToOneField(Conversation, primary_key=True, on_delete=models.CASCADE, related_name="clock")
    owed_since = models.DateTimeField(null=True, help_text="Since when their words wait for an answer")
    answer_soon = models.DateTimeField(null=True)
    answer_due = models.DateTimeField(null=True)
    settle_since = models.DateTimeField(null=True, help_text="Since when it is in our hands, while it is")
    settle_left = models.DurationField(null=True, help_text="The working time that was left then")
    settle_soon = models.DateTimeField(null=True)
    settle_due = models.DateTimeField(null=True)
    alarm = models.DateTimeField(null=True, help_text="When somebody is to be told next")
    told = models.DateTimeField(null=True, help_text="When somebody was told last")
    reckoned = models.CharField(max_length=32, help_text="With which hours and targets, as a digest")
    soon = models.GeneratedField(
        expression=Least("answer_soon", "settle_soon"), output_field=models.DateTimeField(), db_persist=True
    )
    due = models.GeneratedField(
        expression=Least("answer_due", "settle_due"), output_field=models.DateTimeField(), db_persist=True
    )

    class Meta:
        indexes = [
            models.Index(fields=["alarm"], name="clock_alarm", condition=Q(alarm__isnull=False)),
            models.Index(fields=["due"], name="clock_due", condition=Q(due__isnull=False)),
            models.Index(fields=["soon"], name="clock_soon", condition=Q(soon__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.conversation_id)
