from typing import ClassVar

from django.db import models
from django.db.models import Q

from campaigns.contests.models.contest import Contest
from crm.contacts.models import Job


class Announcement(Job):
    """How a contest ended, on its way to everybody who took part: see `campaigns.contests.announcing`. `number` were to
    be written to when it ended, `counts["told"]` are. `cursor` is the last one, by whom their entry or vote was
    recorded for."""

    class State(models.TextChoices):
        TELLING = "telling"
        DONE = "done"
        FAILED = "failed"

    AT_WORK: ClassVar = (State.TELLING,)

    contest = models.OneToOneField(Contest, on_delete=models.CASCADE, related_name="announcement")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=7, choices=State, default=State.TELLING, db_default=State.TELLING)

    class Meta:
        indexes = [models.Index(fields=["id"], name="announcement_at_work", condition=Q(state="telling"))]

    def __str__(self) -> str:
        return f"{self.contest_id} to {self.number}"

    @property
    def told(self) -> int:
        return int(self.counts.get("told", 0))
