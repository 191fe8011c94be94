from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from crm.contacts.models import Contact, Job
from engage.lib import ids


class Product(models.Model):
    """Something the shop sells. Price in `currency`; `stock` empty means not counted."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    external_id = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    category = models.CharField(max_length=100, blank=True, default="", db_default="")
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    stock = models.IntegerField(null=True, blank=True)
    was_price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True, help_text="Before")
    was_stock = models.IntegerField(null=True, blank=True, help_text="Before")
    url = models.URLField(blank=True, default="", db_default="", max_length=500)
    attributes = models.JSONField(default=dict, db_default={}, blank=True)
    created = models.DateTimeField(db_default=Now())
    updated = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class ProductNews(Job):
    """A price that dropped, or something back in stock, to be told to those who looked: see `crm.catalog.news`.
    `cursor` is the last person told."""

    class What(models.TextChoices):
        DROPPED = "dropped"
        BACK = "back"

    class State(models.TextChoices):
        TELLING = "telling"
        DONE = "done"
        FAILED = "failed"

    AT_WORK: ClassVar = (State.TELLING,)

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="news")
    what = models.CharField(max_length=7, choices=What)
    old_price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.TELLING, db_default=State.TELLING)

    class Meta:
        verbose_name_plural = "product news"
        indexes = [models.Index(fields=["id"], name="product_news_at_work", condition=Q(state="telling"))]

    def __str__(self) -> str:
        return f"{self.product_id} {self.what}"


class Order(models.Model):
    """What a contact bought, or gave back when `refund`; totals are positive."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    external_id = models.CharField(max_length=100, unique=True)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="orders")
    recorded_for = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    received = models.DateTimeField(db_default=Now())
    total = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    refund = models.BooleanField(default=False, db_default=False)
    refunded = models.DateTimeField(null=True, blank=True)
    country = models.CharField(max_length=2, blank=True, default="", db_default="")
    source = models.CharField(max_length=12)

    class Meta:
        indexes = [
            models.Index(fields=["contact", "at"], name="order_contact_at"),
            models.Index(fields=["-at", "-id"], name="order_recent"),
        ]

    def __str__(self) -> str:
        return self.external_id


class OrderLine(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    quantity = models.IntegerField()
    price = models.DecimalField(max_digits=12, decimal_places=3)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "position"], name="order_line_once")]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.name}"
