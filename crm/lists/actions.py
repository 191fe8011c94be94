"""Writes on views of the list and the columns a colleague looks at."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from crm.business.models import User
from crm.lists.models import Shown, View
from crm.lists.narrowing import FILTERS


def save_view(
    *, name: str, filters: Mapping[str, str], columns: Sequence[str], order: str, shared: bool, by: User, at: datetime
) -> View:
    """`filters` as the page's address has them; what else stands in it is not kept."""
    return View.objects.create(
        name=name, filters=kept(filters), columns=list(columns), order=order, shared=shared, owner=by, at=at
    )


def change_view(view: View, *, name: str, shared: bool, filters: Mapping[str, str] | None, order: str) -> None:
    """Rename it, share it or not; with `filters`, look at the list so from now on."""
    view.name, view.shared = name, shared
    if filters is not None:
        view.filters, view.order = kept(filters), order
    view.save()


def delete_view(view: View, *, at: datetime) -> None:
    View.objects.filter(pk=view.pk, deleted=None).update(deleted=at)


def restore_view(view: View) -> None:
    View.objects.filter(pk=view.pk).update(deleted=None)


def choose_columns(columns: Sequence[str], *, view: View | None, by: User) -> None:
    """For this view, or else for everything that the colleague looks at without one."""
    if view:
        View.objects.filter(pk=view.pk).update(columns=list(columns))
    else:
        Shown.objects.update_or_create(user=by, defaults={"columns": list(columns)})


def kept(filters: Mapping[str, str]) -> dict[str, str]:
    return {one.key: filters[one.key] for one in FILTERS if filters.get(one.key)}
