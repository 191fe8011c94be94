from django.conf import settings
from django.db import models

from crm.dialogue.models.message import Message


class Wish(models.Model):
    """A colleague wants mail of a kind."""

    colleague = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.colleague_id)


class NoticeWish(Wish):
    """About new words in what is in their hands."""

    class Meta:
        verbose_name_plural = "notice wishes"


class WaitingWish(Wish):
    """About what begins to wait in the rooms: photos, suggestions, votes that look made."""

    class Meta:
        verbose_name_plural = "waiting wishes"


class WaitingTold(models.Model):
    """Since when a pile that waits is known to those who wish; gone once it is empty."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "waiting told"

    def __str__(self) -> str:
        return self.name


class Notice(models.Model):
    """That a colleague is to be told of a message by mail: a queue of narrow rows, emptied when done."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    colleague = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    due = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["due"], name="notice_due")]

    def __str__(self) -> str:
        return str(self.message_id)
