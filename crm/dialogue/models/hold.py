from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from engage.lib import ids


class Hold(models.Model):
    """Nothing of one origin goes out until it is lifted. What piled up meanwhile and was due before `drop_before` is
    then dropped, the rest let go; `settled` when none of it is left."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    origin = models.CharField(max_length=120)
    at = models.DateTimeField(db_default=Now())
    by = models.CharField(max_length=120)
    because = models.CharField(max_length=200, blank=True, default="", db_default="")
    lifted = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    drop_before = models.DateTimeField(null=True, blank=True)
    settled = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin"], condition=Q(lifted__isnull=True), name="hold_standing_once"),
        ]
        indexes = [
            models.Index(
                fields=["lifted"], name="hold_to_settle", condition=Q(lifted__isnull=False, settled__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.origin
