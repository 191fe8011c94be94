"""How somebody looks at the list: which view, filters, order and columns, as the address and their own choice say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from crm.contacts.models import Contact
from crm.lists.actions import kept
from crm.lists.columns import Column, columns_of, load
from crm.lists.models import View
from crm.lists.narrowing import Applied, filters_or_404, seen_range
from crm.lists.ordering import ORDERS, USUAL, Order, order_of
from crm.lists.queries import may_change, named, shown_to, views_of
from crm.preferences.queries import keys_for
from engage.dashboard.people import searches
from engage.dashboard.shell.requests import StaffRequest
from engage.lib import clock


@dataclass(frozen=True)
class Tab:
    """A view as a tab over the list."""

    label: str
    url: str
    current: bool
    shared: bool = False


@dataclass(frozen=True)
class Cell:
    column: Column
    value: Any


@dataclass(frozen=True)
class Row:
    contact: Contact
    cells: list[Cell]


@dataclass(frozen=True)
class Look:
    """`changed` where the address asks for something else than the view that it names."""

    search: str
    visitors: bool
    filters: list[Applied]
    order: str
    columns: dict[str, Column]
    views: list[View]
    view: View | None
    changed: bool
    may_change: bool

    @property
    def ordering(self) -> Order:
        return ORDERS[self.order]

    @property
    def within(self) -> Q:
        return seen_range(self.filters, clock.now()) if self.order == USUAL else Q()

    @property
    def tabs(self) -> list[Tab]:
        return [
            Tab(view.name, address({"view": str(view.uid), **view.filters, "order": view.order}), view == self.view,
                view.shared)
            for view in self.views
        ]  # fmt: skip

    @property
    def orders(self) -> list[tuple[str, str]]:
        return [(key, str(order.label)) for key, order in ORDERS.items()]


def look_of(request: StaffRequest) -> Look:
    """Three queries, and those of the filters."""
    query, role = request.GET.dict(), str(request.user.role)
    keys = list(keys_for(role))
    views = views_of(request.user, keys)
    view = named(views, query.get("view", ""))
    order = order_of(query.get("order", ""))
    possible = columns_of(keys)
    return Look(
        search=searches.kept(request, query.get("found", "")),
        visitors=query.get("visitors") == "1",
        filters=filters_or_404(query, clock.now(), role),
        order=order,
        columns={key: possible[key] for key in shown_to(request.user, view) if key in possible},
        views=views,
        view=view,
        changed=bool(view and (kept(query) != view.filters or order != order_of(view.order))),
        may_change=bool(view and may_change(view, request.user)),
    )


def rows_of(contacts: list[Contact], look: Look, role: str) -> list[Row]:
    """What the list shows beside each name. Eight queries at most, however many people and columns."""
    beside = load(contacts, look.columns, role=role, at=clock.now())
    return [
        Row(contact, [Cell(column, column.value(contact, beside)) for column in look.columns.values()])
        for contact in contacts
    ]


def address(query: Mapping[str, str]) -> str:
    """The list with these choices; what a form left empty, and the usual order, are left out."""
    chosen = urlencode({key: value for key, value in query.items() if value and (key, value) != ("order", USUAL)})
    return f"{reverse('people')}?{chosen}" if chosen else reverse("people")
