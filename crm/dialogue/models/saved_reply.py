from django.db import models

from engage.lib import ids


class SavedReply(models.Model):
    """Words that are often said, in Liquid. `;` and the shortcut put them into an answer."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    shortcut = models.SlugField(max_length=30, unique=True, allow_unicode=True)
    title = models.CharField(max_length=80)
    text = models.TextField()
    ready = models.SlugField(max_length=40, null=True, blank=True, unique=True, help_text="Which of the ready ones")
    changed = models.DateTimeField()
    changed_by = models.CharField(max_length=120)

    class Meta:
        verbose_name_plural = "saved replies"
        ordering = ("shortcut",)

    def __str__(self) -> str:
        return self.title
