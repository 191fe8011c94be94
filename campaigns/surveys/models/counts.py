from django.db import models

from campaigns.surveys.models.survey import Survey


class Count(models.Model):
    """How often something was answered on a day, and under the first day of all at any time: nobody's any more.
    `question` is empty for what counts of the whole response; `total` and `squares` are sums of numbers and of their
    squares."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="counts", db_index=False)
    question = models.CharField(max_length=40)
    no = models.CharField(max_length=64)
    day = models.DateField()
    origin = models.CharField(max_length=30)
    language = models.CharField(max_length=10)
    n = models.BigIntegerField()
    total = models.DecimalField(max_digits=40, decimal_places=6, null=True, blank=True)
    squares = models.DecimalField(max_digits=60, decimal_places=12, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "question", "no", "day", "origin", "language"],
                include=["n", "total", "squares"],
                name="count_once",
            )
        ]
        indexes = [models.Index(fields=["survey", "day"], name="count_by_day")]

    def __str__(self) -> str:
        return f"{self.question} {self.no} on {self.day}: {self.n}"


class Uncounted(models.Model):
    """What is still to be added to the counts, or taken from them (`sign` is -1). A trigger on the responses writes it:
    rows of their own, so that nobody who answers waits for anybody."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    day = models.DateField()
    origin = models.CharField(max_length=30)
    language = models.CharField(max_length=10)
    sign = models.SmallIntegerField()
    marks = models.JSONField()

    class Meta:
        verbose_name_plural = "uncounted"

    def __str__(self) -> str:
        return f"{self.sign} on {self.day}"
