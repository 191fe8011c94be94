"""Which views of the list a colleague has, and which columns."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from crm.business.models import User
from crm.lists.columns import USUAL
from crm.lists.models import Shown, View
from crm.preferences.models import PreferenceKey

MOST_VIEWS = 50
MOST_COLUMNS = 12


def views_for(user: User | None) -> QuerySet[View]:
    """The team's, and this colleague's own."""
    return View.objects.filter(Q(owner=user) | Q(shared=True), deleted=None).select_related("owner")


def has_most_views(user: User) -> bool:
    return View.objects.filter(owner=user, deleted=None).count() >= MOST_VIEWS


def views_of(user: User, keys: Iterable[PreferenceKey]) -> list[View]:
    """One's own and the team's, by name; without those that ask for other `keys` than they may see. One query."""
    seen = {"", "1", *(key.key for key in keys)}
    found = views_for(user).order_by("name", "pk")
    return [view for view in found if view.filters.get("told", "").partition(":")[0] in seen]


def may_change(view: View, user: User) -> bool:
    """Whoever made it; and an owner of the shop what is the team's."""
    return view.owner_id == user.pk or (view.shared and user.is_owner)


def named(views: list[View], uid: str) -> View | None:
    try:
        wanted = UUID(uid)
    except ValueError:
        return None
    return next((view for view in views if view.uid == wanted), None)


def shown_to(user: User, view: View | None) -> list[str]:
    """The view's, or else the colleague's own, or else the usual. At most one query."""
    if view and view.columns:
        return view.columns
    shown = Shown.objects.filter(user=user).values_list("columns", flat=True).first()
    return shown if shown is not None else USUAL
