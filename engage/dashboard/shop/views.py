"""What the shop sells and sold, as the product sees it."""

from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from crm.catalog import queries
from crm.catalog.models import Order
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib.cursor import page_by_time

SIZE = 50
LONGEST_SEARCH = 100


@require_GET
@role("owner", "marketer")
def shop_products(request: StaffRequest) -> HttpResponse:
    """Products by name; `?q=` searches name and number, `?after=` goes on behind a name. One query."""
    search = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    found = queries.products(search)
    if after := request.GET.get("after", "").replace("\x00", ""):
        name, _, key = after.rpartition("_")
        found = found.filter(Q(name__gt=name) | Q(name=name, pk__gt=_number(key)))
    products = list(found[: SIZE + 1])
    last = products[SIZE - 1] if len(products) > SIZE else None
    context = {"products": products[:SIZE], "next": f"{last.name}_{last.pk}" if last else "", "search": search}
    return render(request, "shop/shop_products.html", context)


@require_GET
@role("owner", "marketer")
def shop_orders(request: StaffRequest) -> HttpResponse:
    """Orders, the latest first. One query."""
    page = page_by_time(queries.recent_orders(), request.GET.get("cursor", ""), size=SIZE)
    return render(request, "shop/shop_orders.html", {"page": page})


@require_GET
@role("owner", "marketer", "agent")
def shop_order(request: StaffRequest, uid: UUID) -> HttpResponse:
    """One order with its lines; agents need it to answer."""
    order = get_object_or_404(Order.objects.select_related("contact"), uid=uid)
    lines = [(line, Decimal(line.quantity) * line.price) for line in order.lines.order_by("position")]
    return render(request, "shop/shop_order.html", {"order": order, "lines": lines})


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
