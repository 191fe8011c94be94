"""Products and orders over REST, made or changed by the shop's own number."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from crm.business.once import once
from crm.business.queries import business
from crm.catalog import queries
from crm.catalog.actions import StatedProduct, refund_orders, save_orders, save_products
from crm.catalog.ecommerce import MOST_LINES, StatedLine, StatedOrder
from crm.catalog.models import Order, OrderLine, Product
from crm.contacts import parts
from crm.contacts.actions import hold
from crm.contacts.api import OfContact
from crm.contacts.models import Contact
from crm.contacts.parts import Part
from engage.lib.rest.fields import Body, Moment, PublicId
from engage.lib.rest.resource import Resource

CURRENCY = r"^[A-Z]{3}$"


def _money(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=11, decimal_places=2, min_value=Decimal(0), **options)


class ProductSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")

    class Meta:
        model = Product
        fields = (
            "id",
            "external_id",
            "name",
            "category",
            "price",
            "currency",
            "stock",
            "url",
            "attributes",
            "created",
            "updated",
        )


class ProductBody(Body):
    """What is left out stays as it is."""

    external_id = serializers.CharField(max_length=100)
    name = serializers.CharField(max_length=200)
    category = serializers.CharField(max_length=100, required=False)
    price = _money(required=False)
    currency = serializers.RegexField(CURRENCY, required=False)
    stock = serializers.IntegerField(
        required=False, help_text="Left out: not counted", min_value=-(2**31), max_value=2**31 - 1
    )
    url = serializers.URLField(max_length=500, required=False)
    attributes = serializers.DictField(required=False)


class ProductFilters(serializers.Serializer):
    external_id = serializers.CharField(max_length=100, required=False)
    search = serializers.CharField(max_length=200, required=False, help_text="Part of a name, or a whole external_id")


class Products(ListModelMixin, RetrieveModelMixin, Resource):
    """What the shop sells."""

    serializer_class = ProductSerializer
    filters = ProductFilters
    queryset = Product.objects.all()

    def get_queryset(self) -> QuerySet[Product]:
        asked = self.asked()
        found = queries.products(asked.get("search", "")) if "search" in asked else super().get_queryset()
        return found.filter(external_id=asked["external_id"]) if "external_id" in asked else found

    @extend_schema(request=ProductBody, responses={200: ProductSerializer, 201: ProductSerializer})
    @once
    def create(self, request: Request) -> Response:
        """Makes the product with this external_id (201), or changes it (200)."""
        said = StatedProduct(**self.stated(ProductBody))
        with transaction.atomic():
            known = Product.objects.filter(external_id=said.external_id).exists()
            (pk,) = save_products([said], by=self.by, at=self.at).values()
        return Response(ProductSerializer(Product.objects.get(pk=pk)).data, status=200 if known else 201)


class OrderLineSerializer(serializers.ModelSerializer):
    product = serializers.CharField(source="product.external_id", default=None, allow_null=True)

    class Meta:
        model = OrderLine
        fields = ("product", "name", "quantity", "price")


class OrderSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    contact = serializers.UUIDField(source="contact.uid", default=None, allow_null=True)
    lines = OrderLineSerializer(many=True)

    class Meta:
        model = Order
        fields = (
            "id",
            "external_id",
            "contact",
            "at",
            "received",
            "total",
            "currency",
            "refund",
            "refunded",
            "country",
            "source",
            "lines",
        )


class OrderLineBody(Body):
    product = serializers.CharField(max_length=100, default="", allow_blank=True, help_text="Its external_id")
    name = serializers.CharField(max_length=200)
    quantity = serializers.IntegerField(min_value=1, max_value=1_000_000, default=1)
    price = serializers.DecimalField(max_digits=12, decimal_places=3, min_value=Decimal(0), default=Decimal(0))


class OrderBody(Body):
    external_id = serializers.CharField(max_length=100)
    contact = PublicId(Contact.objects.filter(erased=None))
    at = Moment()
    total = _money()
    currency = serializers.RegexField(CURRENCY, required=False, help_text="Left out: the shop's own")
    refund = serializers.BooleanField(default=False, help_text="It was given back")
    lines: serializers.ListSerializer[OrderLine] = serializers.ListSerializer(
        child=OrderLineBody(), required=False, max_length=MOST_LINES
    )


class OrderFilters(serializers.Serializer):
    external_id = serializers.CharField(max_length=100, required=False)
    contact = serializers.UUIDField(required=False)


class Orders(ListModelMixin, RetrieveModelMixin, Resource):
    """What was bought and given back. An order stated here is a state, not news: journeys begin with events."""

    serializer_class = OrderSerializer
    filters = OrderFilters
    queryset = Order.objects.select_related("contact").prefetch_related("lines__product")

    def get_queryset(self) -> QuerySet[Order]:
        names = {"contact": "contact__uid"}
        asked = {names.get(name, name): value for name, value in self.asked().items()}
        return super().get_queryset().filter(**asked)

    @extend_schema(request=OrderBody, responses={200: OrderSerializer, 201: OrderSerializer})
    @once
    def create(self, request: Request) -> Response:
        """Makes the order with this external_id (201), or changes it (200). It stays with whom it belongs to."""
        said = self.stated(OrderBody)
        with transaction.atomic():
            contact = said["contact"]
            order = self._order(said, hold(contacts=[contact.pk]).present[contact.pk], contact.pk)
            known = Order.objects.filter(external_id=order.external_id).exists()
            if order.refund:
                refund_orders([order])
            else:
                save_orders([order], at=self.at)
        written = self.queryset.get(external_id=order.external_id)
        return Response(OrderSerializer(written).data, status=200 if known else 201)

    def _order(self, said: dict[str, Any], contact: int, recorded_for: int) -> StatedOrder:
        lines = (
            StatedLine(line["product"], line["name"], "", line["quantity"], line["price"])
            for line in said.get("lines", ())
        )
        return StatedOrder(
            external_id=said["external_id"],
            contact=contact,
            recorded_for=recorded_for,
            at=min(said["at"], self.at),
            received=self.at,
            total=said["total"],
            currency=said.get("currency") or business().currency,
            refund=said["refund"],
            source="api",
            lines=tuple(lines),
        )


class ContactOrders(ListModelMixin, OfContact):
    """What one contact bought and gave back."""

    serializer_class = OrderSerializer

    def get_queryset(self) -> QuerySet[Order]:
        self.asked()
        found = Order.objects.filter(contact=self.contact)
        return found.select_related("contact").prefetch_related("lines__product")


class TotalSerializer(serializers.Serializer):
    currency = serializers.CharField()
    orders = serializers.IntegerField()
    total = serializers.DecimalField(max_digits=14, decimal_places=2)


def _field(source: str) -> serializers.Field:
    return TotalSerializer(source=source, many=True, help_text="Orders by currency, without what was given back")


def _totals(contacts: Sequence[Contact]) -> dict[int, list]:
    """One query."""
    found: dict[int, list] = defaultdict(list)
    for contact, bought in queries.bought_by_each([contact.pk for contact in contacts]):
        found[contact].append(bought)
    return found


parts.register("totals", Part(_field, _totals, nothing=[]))
