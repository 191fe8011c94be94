from django.db import models


class Subject(models.Model):
    """What the page for writing to us offers as "What is it about?". `key` is made from the first label and stays."""

    key = models.SlugField(max_length=60, unique=True, allow_unicode=True)
    label = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.label
