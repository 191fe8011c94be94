from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from engage.lib import ids
from engage.lib.former import Former


class Design(models.Model):
    """What messages are made of. `contents` by language: see `parse`; `language` is the one for people whose own it
    lacks. `revision` goes up with every change; what was sent is kept elsewhere and never changes with it."""

    class Kind(models.TextChoices):
        LETTER = "letter", _("Letter")
        DESIGNED = "designed", _("Designed")
        HTML = "html", "HTML"
        MJML = "mjml", "MJML"

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind)
    language = models.CharField(max_length=12)
    contents = models.JSONField()
    revision = models.PositiveIntegerField(default=1, db_default=1)
    created = models.DateTimeField()
    changed = models.DateTimeField()
    by = models.CharField(max_length=120, help_text="Who changed it last")
    put_away = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-changed", "-id"], name="design_latest", condition=Q(put_away=None))]

    def __str__(self) -> str:
        return self.name


class FormerDesign(Former):
    """Contents as they were before a change. `about` names what was changed, so that what is typed in one go is one
    change."""

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="former", db_index=False)
    contents = models.JSONField()
    about = models.CharField(max_length=80, blank=True, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["design", "undone", "-id"], name="former_design_of")]

    def __str__(self) -> str:
        return f"{self.design_id} before {self.at:%Y-%m-%d %H:%M}"


class Picture(models.Model):
    """A picture of the shop's, made anew by us. `name` begins with the digest of what lies in the media folder."""

    name = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=200, blank=True, help_text="What the file was called")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text="Bytes")
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    dropped = models.DateTimeField(null=True, blank=True, help_text="Not to be chosen; cleared 30 days later")

    class Meta:
        indexes = [models.Index(fields=["-id"], name="picture_latest")]

    def __str__(self) -> str:
        return self.title or self.name


class Style(models.Model):
    """How everything looks, besides the shop's own colour and address. One row: `queries.look()` reads it."""

    FONTS = (("sans", _("Plain")), ("serif", _("Bookish")), ("round", _("Friendly")), ("typewriter", _("Typewriter")))

    id = models.SmallAutoField(primary_key=True)
    logo = models.CharField(max_length=80, blank=True, default="", db_default="", help_text="The name of a picture")
    font = models.CharField(max_length=10, choices=FONTS, default="sans", db_default="sans")
    background = models.CharField(max_length=7, default="#FAF8F4", db_default="#FAF8F4")
    footer = models.TextField(max_length=2000, blank=True, default="", db_default="")
    social = models.JSONField(default=list, db_default=[], blank=True, help_text="[[label, address], …]")
    changed = models.DateTimeField(db_default=Now())
    by = models.CharField(max_length=120, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return "style"


class SavedBlock(models.Model):
    """A block kept to be used again."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    name = models.CharField(max_length=80)
    block = models.JSONField()
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name
