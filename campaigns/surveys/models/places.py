from django.db import models

from campaigns.surveys.models.survey import Survey


class Places(models.Model):
    """How many places of a survey are taken: of all (`key` is empty) or of one choice (`milk/1`). There is a row for
    each limit that is set; how many there are stands in the limits."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="places", db_index=False)
    key = models.CharField(max_length=60, blank=True)
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "places"
        constraints = [models.UniqueConstraint(fields=["survey", "key"], name="places_once")]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.key or 'all'}: {self.taken}"
