"""A product chosen by searching for it: a few that fit, as buttons to choose from."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from crm.catalog.models import Product
from crm.catalog.queries import named_products, products
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import money

FIELDS = ("product", "instead")
FITTING, FIRST = 8, 4
MOST = 200
"""So many are shown of what fits, and before anything is searched for; so many are offered without a script."""


class ProductChoice(forms.Widget):
    """The one that is chosen, and a search for others; without script a long list."""

    template_name = "designs/product_choice.html"
    use_fieldset = True

    def __init__(self, empty: str) -> None:
        super().__init__()
        self.empty = empty

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = str(value or "")
        listed = [Choice.of(one) for one in products()[:MOST]]
        if chosen and chosen not in {one.uid for one in listed}:
            listed = [*_named(chosen), *listed]
        return context | choice(name, chosen, listed[:FIRST], self.empty) | {"listed": listed}


class Choice:
    """A product as it is offered."""

    def __init__(self, uid: str, name: str, said: str) -> None:
        self.uid, self.name, self.said = uid, name, said

    @classmethod
    def of(cls, product: Product) -> "Choice":
        price = money.text(product.price, product.currency) if product.price is not None else ""
        gone = _("sold out") if product.stock is not None and product.stock <= 0 else ""
        return cls(str(product.uid), product.name, ", ".join(filter(None, [price, gone])))


@require_GET
@role("owner", "marketer")
def find_products(request: StaffRequest) -> HttpResponse:
    """Those whose name or code fits what was typed. Two queries."""
    field = request.GET.get("field", "")
    field = field if field in FIELDS else FIELDS[0]
    search = request.GET.get(f"find_{field}", "").replace("\x00", "").strip()[:100]
    found = [Choice.of(one) for one in products(search)[: FITTING + 1]]
    context = choice(field, request.GET.get(field, ""), found[:FITTING], empty_words(field))
    return render(request, "designs/product_found.html", context | {"search": search, "more": len(found) > FITTING})


def choice(field: str, chosen: str, found: list[Choice], empty: str) -> dict[str, Any]:
    """What is chosen stands first, then those that fit."""
    first = next((one for one in found if one.uid == chosen), None) or next(iter(_named(chosen)), None)
    others = [one for one in found if one.uid != chosen]
    return {"field": field, "chosen": first, "found": others, "empty": empty, "nothing": not chosen}


def empty_words(field: str) -> str:
    return _("Leave the block out") if field == "instead" else _("None")


def _named(uid: str) -> list[Choice]:
    """The product of that name, sold out or not; one that is gone is said to be."""
    if not uid:
        return []
    try:
        known = named_products([str(forms.UUIDField().clean(uid))])
    except forms.ValidationError:
        known = []
    return [Choice.of(one) for one in known] or [Choice(uid[:36], _("A product that is gone"), "")]
