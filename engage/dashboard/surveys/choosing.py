"""Choosing in the builder: products by a search, pictures by their thumbnails."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from campaigns.designs.queries import pictures
from campaigns.surveys.asked.parse import MAX_CHOICES
from crm.catalog.models import Product
from crm.catalog.queries import named_products, products
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role

FITTING = 8
LISTED = 200
"""So many are offered without a script."""

PICTURES = 100


class ManyProducts(forms.Widget):
    """Those that are chosen, and a search for others; without script a long list."""

    template_name = "surveys/products.html"
    use_fieldset = True

    def __init__(self, known: Sequence[tuple[str, str]]) -> None:
        """`known` are those that are chosen, with the words that they have here."""
        super().__init__()
        self.known = list(known)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        listed = [(str(one.uid), one.name) for one in products()[:LISTED]]
        chosen = {uid for uid, _words in self.known}
        rest = [one for one in listed if one[0] not in chosen]
        more = {"known": self.known, "found": rest[:FITTING], "listed": rest[FITTING:], "more": len(rest) > FITTING}
        return super().get_context(name, value, attrs) | more


class Thumbnails(forms.Widget):
    """One of the shop's pictures, as they look."""

    template_name = "surveys/thumbnails.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        offered = [(one.name, str(one)) for one in pictures()[:PICTURES]]
        if value and value not in dict(offered):
            offered.insert(0, (value, ""))
        return super().get_context(name, value, attrs) | {"name": name, "chosen": value or "", "offered": offered}


@require_GET
@role("owner", "marketer")
def find_survey_products(request: StaffRequest) -> HttpResponse:
    """Those that are ticked, and whose name or code fits what was typed. At most two queries."""
    ticked = list(dict.fromkeys(uid for uid in request.GET.getlist("products") if is_uid(uid)))[:MAX_CHOICES]
    search = request.GET.get("find_products", "").replace("\x00", "").strip()[:100]
    known = _by_uid(named_products(ticked)) if ticked else {}
    found = list(products(search)[: FITTING + len(ticked) + 1])
    rest = [(str(one.uid), one.name) for one in found if str(one.uid) not in known]
    context = {
        "known": [(uid, known[uid]) for uid in ticked if uid in known],
        "found": rest[:FITTING],
        "more": len(rest) > FITTING,
        "search": search,
    }
    return render(request, "surveys/products_found.html", context)


def _by_uid(found: Sequence[Product]) -> dict[str, str]:
    return {str(one.uid): one.name for one in found}


def is_uid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
