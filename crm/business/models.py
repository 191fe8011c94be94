from datetime import time
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from engage.lib import ids
from engage.lib.vault import SealedField


def monday_to_friday() -> list[int]:
    return [1, 2, 3, 4, 5]


class Business(models.Model):
    """The shop itself. One row: `queries.business()` reads it, `actions` write it."""

    class AddressForm(models.TextChoices):
        YOU = "you", "you"
        TU = "tu", "tú"
        USTED = "usted", "usted"
        NI = "nin", "您"

    class Held(models.TextChoices):
        GO = "go", _("send them")
        DROP = "drop", _("drop them")

    id = models.SmallAutoField(primary_key=True)
    name = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, default="GB")
    timezone = models.CharField(max_length=64, default="Europe/London")
    currency = models.CharField(max_length=3, default="GBP")
    language = models.CharField(max_length=10, default="en")
    colour = models.CharField(max_length=7, default="#1F6F5C", validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}$")])
    postal_address = models.TextField(max_length=500, blank=True)
    one_word = models.CharField(max_length=40, blank=True, help_text=_("Our shop in one word"))
    address_form = models.CharField(max_length=8, choices=AddressForm, default=AddressForm.YOU)
    sender_name = models.CharField(max_length=120, blank=True)
    sender_email = models.EmailField(blank=True)
    live = models.BooleanField(default=False, help_text=_("Off: messages go to the Outbox page, not to customers"))
    demo = models.BooleanField(default=False)
    track_opens = models.BooleanField(
        default=False, db_default=False, help_text=_("Whether mail carries a picture that says it was opened")
    )
    warming_since = models.DateTimeField(
        null=True, blank=True, help_text=_("Since when a new domain is made known to mail servers, little by little")
    )
    weekly_cap = models.PositiveSmallIntegerField(default=2)
    question_days = models.PositiveSmallIntegerField(default=14)
    survey_days = models.PositiveSmallIntegerField(
        default=30, db_default=30, help_text=_("Between two surveys that appear by themselves on the website")
    )
    quiet_from = models.TimeField(default=time(20))
    quiet_until = models.TimeField(default=time(9))
    held_policy = models.CharField(max_length=8, choices=Held, default=Held.GO)
    held_hours = models.PositiveSmallIntegerField(default=2, help_text=_("How long after a conversation ends"))
    open_days = ArrayField(
        models.PositiveSmallIntegerField(), default=monday_to_friday, help_text=_("Weekdays, 1 is Monday")
    )
    open_from = models.TimeField(default=time(9))
    open_until = models.TimeField(default=time(18))
    closed_from = models.DateTimeField(null=True, blank=True, help_text=_("Since when the shop is closed"))
    closed_until = models.DateField(null=True, blank=True, help_text=_("The day on which it is open again"))
    closed_tells = models.BooleanField(
        default=True, db_default=True, help_text=_("Whoever writes meanwhile is told so, once")
    )
    answer_within = models.DurationField(null=True, blank=True, help_text=_("Working time until an answer"))
    settle_within = models.DurationField(null=True, blank=True, help_text=_("Working time until all is settled"))
    hands_out = models.BooleanField(
        default=False, db_default=False, help_text=_("Whether new conversations are given to colleagues in turn")
    )
    escalate_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Who hears of what is late"),
    )
    answers_by_itself = models.BooleanField(
        default=False, db_default=False, help_text=_("Whether answers of the list may go without a colleague")
    )
    chat_on = models.BooleanField(
        default=False, db_default=False, help_text=_("Whether the site script draws the button of the chat")
    )
    chat_sites = ArrayField(
        models.CharField(max_length=255), default=list, db_default=[], blank=True, help_text=_("Where it may stand")
    )
    leaving_colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Who talks with people who may be leaving"),
    )
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "business"

    def __str__(self) -> str:
        return self.name or "business"


class Holiday(models.Model):
    """A day on which the shop is closed: once, or in every year."""

    day = models.DateField()
    name = models.CharField(max_length=80)
    yearly = models.BooleanField(default=False)

    class Meta:
        ordering = ("day", "id")
        constraints = [models.UniqueConstraint(fields=["day"], name="holiday_once")]

    def __str__(self) -> str:
        return self.name


class Changed(models.Model):
    """That a setting was changed: only added to, and never a secret. `about` names the colleague, key or memory."""

    what = models.CharField(max_length=40, help_text="A field of the shop, or role, account, key, or memory.<field>")
    about = models.CharField(max_length=120, blank=True, default="", db_default="")
    before = models.TextField(blank=True, default="", db_default="")
    after = models.TextField(blank=True, default="", db_default="")
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "changed settings"
        indexes = [models.Index(fields=["-at", "-id"], name="changed_latest")]

    def __str__(self) -> str:
        return f"{self.what} by {self.by}"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, **{"role": User.Role.OWNER, **fields})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """One of the team. Owners may everything; marketers write and send; agents answer customers."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        MARKETER = "marketer", _("Marketer")
        AGENT = "agent", _("Agent")

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.AGENT)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Who may open Django's admin: owners only."""
        return self.role == self.Role.OWNER

    @property
    def is_owner(self) -> bool:
        return self.role == self.Role.OWNER

    def has_perm(self, perm, obj=None) -> bool:
        return self.is_active and self.is_owner

    def has_module_perms(self, app_label) -> bool:
        return self.is_active and self.is_owner


class StaffBrowser(models.Model):
    """A browser in which a colleague wants to be told what needs them. `browser` is what it gave us, as JSON: see
    `campaigns.channels.webpush.browsers`."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="browsers")
    digest = models.CharField(max_length=64, unique=True)
    browser = SealedField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user}: {self.digest[:12]}"


class Key(models.Model):
    """A key of the event API or of REST. Only its digest is kept; the key is shown once."""

    class Kind(models.TextChoices):
        SITE = "site", _("Website (public)")
        WRITE = "write", _("Your servers")
        API = "api", _("REST")

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=5, choices=Kind)
    name = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    hint = models.CharField(max_length=12, help_text=_("How the key begins"))
    public = models.CharField(max_length=64, blank=True, help_text=_("A site key stands in web pages, so it is kept"))
    created = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    revoked = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"


class KeptAnswer(models.Model):
    """What a POST with an Idempotency-Key was answered, to be answered again; kept for a day."""

    key = models.ForeignKey(Key, on_delete=models.CASCADE, related_name="+", db_index=False)
    token = models.CharField(max_length=100)
    digest = models.BinaryField(max_length=32, editable=False, help_text="Of the path and the body")
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "token"], name="kept_answer_once")]
        indexes = [models.Index(fields=["at"], name="kept_answer_at")]

    def __str__(self) -> str:
        return f"{self.status} for {self.token}"
