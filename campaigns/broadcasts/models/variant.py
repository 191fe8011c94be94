from django.db import models

from campaigns.broadcasts.models.broadcast import Broadcast
from campaigns.designs.models import Design


class Variant(models.Model):
    """What a broadcast says: one, or several that are tried against each other, by letter.

    `contents` is what its design was frozen to when the broadcast was started: {language: Content's key}; `fallback` is
    the language for people whose own is not among them.
    """

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="variants", db_index=False)
    letter = models.CharField(max_length=1)
    design = models.ForeignKey(Design, on_delete=models.PROTECT, related_name="+", db_index=False)
    contents = models.JSONField(default=dict, db_default={}, editable=False)
    fallback = models.CharField(max_length=12, blank=True, default="", db_default="", editable=False)

    class Meta:
        ordering = ["letter"]
        constraints = [models.UniqueConstraint(fields=["broadcast", "letter"], name="variant_once")]

    def __str__(self) -> str:
        return self.letter

    @property
    def subject(self) -> str:
        """In the fallback's language, as it is written now."""
        return self.design.contents[self.design.language]["subject"]
