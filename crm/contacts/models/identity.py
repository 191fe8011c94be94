from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from crm.contacts.models.contact import Contact
from crm.contacts.twins import REASONS, RULES
from engage.lib import ids


class Identity(models.Model):
    """One way to recognise a contact.

    `proof` is empty for a mere claim (the site script's key is public): claims are shown, but they recognise
    nobody. `contact` is the present owner; `recorded_for` never changes, so that a merge can be undone.
    """

    class Kind(models.TextChoices):
        EMAIL = "email"
        PHONE = "phone"
        EXTERNAL = "external"
        ANONYMOUS = "anonymous"
        PUSH = "push"

    class Proof(models.TextChoices):
        CLAIM = "", "claimed"
        SERVER = "server", "the shop's server"
        LINK = "link", "a link sent to the address"
        IMPORT = "import", "an import"
        STAFF = "staff", "a colleague"
        DEVICE = "device", "the device itself"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="identities")
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.CharField(max_length=255, help_text="Normalised: see crm.contacts.normal")
    proof = models.CharField(max_length=8, choices=Proof, blank=True, default=Proof.CLAIM)
    created = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], condition=~Q(proof=""), name="identity_one_owner"),
            models.UniqueConstraint(
                fields=["recorded_for", "kind", "value"], condition=Q(proof=""), name="identity_one_claim"
            ),
        ]
        indexes = [models.Index(fields=["kind", "value"], name="identity_claimed", condition=Q(proof=""))]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class MergeProposal(models.Model):
    """Two known people who may be the same: a colleague decides, or a rule that the owner turned on."""

    class State(models.TextChoices):
        OPEN = "open"
        MERGED = "merged"
        DISMISSED = "dismissed"

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    first = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    reasons = ArrayField(models.CharField(max_length=20), help_text="Codes: see crm.contacts.twins")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN, db_default=State.OPEN)
    at = models.DateTimeField(db_default=Now())
    decided_by = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="proposal_once"),
            models.CheckConstraint(condition=Q(first__lt=models.F("second")), name="proposal_ordered"),
        ]

    def __str__(self) -> str:
        return ", ".join(str(REASONS[code]) for code in self.reasons if code in REASONS)


class Merge(models.Model):
    """One contact absorbed by another, and back: rows return by `recorded_for`."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    survivor = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="merges")
    absorbed = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=Now())
    by = models.CharField(max_length=120)
    rule = models.CharField(max_length=20, blank=True, default="", db_default="", help_text="See crm.contacts.twins")
    undone = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="merge_latest")]
        constraints = [
            models.UniqueConstraint(fields=["absorbed"], condition=Q(undone__isnull=True), name="merge_once"),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} into {self.survivor_id}"

    @property
    def rule_words(self) -> str:
        return str(RULES[self.rule].label) if self.rule in RULES else ""


class MergeRule(models.Model):
    """A rule of `crm.contacts.twins` that merges every night: it is on while its row is there."""

    rule = models.CharField(max_length=20, unique=True)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.rule


class TwinsSought(models.Model):
    """One row: up to which contact and identity everybody was compared as they came."""

    contact = models.BigIntegerField(default=0)
    identity = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "twins sought"

    def __str__(self) -> str:
        return f"up to contact {self.contact}, identity {self.identity}"
