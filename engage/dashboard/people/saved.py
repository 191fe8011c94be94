"""Views of the list that somebody gave a name, and which columns it shows."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from crm.business.models import User
from crm.lists import actions
from crm.lists.columns import columns_of
from crm.lists.models import View
from crm.lists.narrowing import applied
from crm.lists.ordering import order_of
from crm.lists.queries import MOST_COLUMNS, MOST_VIEWS, has_most_views, may_change, views_of
from crm.preferences.queries import keys_for
from engage.dashboard.people.looking import address, look_of
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


class ViewForm(forms.Form):
    """A name; agents keep their views for themselves."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    shared = forms.BooleanField(label=gettext_lazy("For the whole team"), required=False)

    def __init__(self, *args, user: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if user.role == User.Role.AGENT:
            del self.fields["shared"]

    @property
    def shared_by_all(self) -> bool:
        return self.cleaned_data.get("shared", False)


class ColumnsForm(forms.Form):
    columns = forms.MultipleChoiceField(
        label=gettext_lazy("Columns"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, role: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        possible = columns_of(keys_for(role))
        self.fields["columns"].choices = [(key, column.label) for key, column in possible.items()]  # type: ignore[attr-defined]

    def clean_columns(self) -> list[str]:
        chosen = self.cleaned_data["columns"]
        if len(chosen) > MOST_COLUMNS:
            raise forms.ValidationError(str(_("Choose at most %(n)d.") % {"n": MOST_COLUMNS}))
        return chosen


@require_http_methods(["GET", "POST"])
@role()
def save_view(request: StaffRequest) -> HttpResponse:
    """The list as the address narrows it, under a name. What was searched for is not kept: it is personal."""
    look = look_of(request)
    form = ViewForm(request.POST or None, user=request.user)
    if form.is_valid() and has_most_views(request.user):
        form.add_error("name", _("You have %(n)d views: delete one first.") % {"n": MOST_VIEWS})
    if form.is_valid():
        view = actions.save_view(
            name=form.cleaned_data["name"],
            filters=request.GET.dict(),
            columns=list(look.columns),
            order=look.order,
            shared=form.shared_by_all,
            by=request.user,
            at=clock.now(),
        )
        toast(request, _("Saved. It stands over the list."))
        return redirect(_url(view))
    return _page(request, "people/save_view.html", {"form": form, "look": look}, form)


@require_http_methods(["GET", "POST"])
@role()
def change_view(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Rename or share it; `?save=1` on the way keeps the filters that the address has now."""
    view = _mine_or_404(request, uid)
    form = ViewForm(request.POST or None, user=request.user, initial={"name": view.name, "shared": view.shared})
    if form.is_valid():
        actions.change_view(view, name=form.cleaned_data["name"], shared=form.shared_by_all, filters=None, order="")
        toast(request, _("Changed."))
        return redirect(_url(view))
    filters = applied(view.filters, clock.now(), str(request.user.role))
    return _page(request, "people/change_view.html", {"form": form, "view": view, "filters": filters}, form)


@require_POST
@role()
def update_view(request: StaffRequest, uid: UUID) -> HttpResponse:
    """It has the filters and the order of the address from now on."""
    view = _mine_or_404(request, uid)
    look_of(request)
    query = request.GET.dict()
    actions.change_view(view, name=view.name, shared=view.shared, filters=query, order=order_of(query.get("order", "")))
    toast(request, _("Saved as “%(name)s”.") % {"name": view.name})
    return redirect(_url(view))


@require_POST
@role()
def delete_view(request: StaffRequest, uid: UUID) -> HttpResponse:
    view = _mine_or_404(request, uid)
    actions.delete_view(view, at=clock.now())
    toast(
        request,
        _("The view “%(name)s” is deleted. Nobody in it was touched.") % {"name": view.name},
        undo=reverse("restore_view", args=[uid]),
    )
    return redirect("people")


@require_POST
@role()
def restore_view(request: StaffRequest, uid: UUID) -> HttpResponse:
    view = get_object_or_404(View, uid=uid)
    if not may_change(view, request.user):
        raise Http404
    actions.restore_view(view)
    return redirect(_url(view))


@require_http_methods(["GET", "POST"])
@role()
def choose_columns(request: StaffRequest) -> HttpResponse:
    """For the view that the address names, if it is theirs; or else for their own list."""
    look, role = look_of(request), str(request.user.role)
    form = ColumnsForm(request.POST or None, role=role, initial={"columns": list(look.columns)})
    view = look.view if look.may_change else None
    if request.method == "POST" and form.is_valid():
        actions.choose_columns(form.cleaned_data["columns"], view=view, by=request.user)
        return redirect(address(request.GET.dict()))
    return _page(request, "people/choose_columns.html", {"form": form, "view": view}, form)


def _page(request: StaffRequest, template: str, context: dict, form: forms.Form) -> HttpResponse:
    wrong = form.is_bound and bool(form.errors)
    return render(request, f"{template}{'#dialog' if request.htmx else ''}", context, status=400 if wrong else 200)


def _mine_or_404(request: StaffRequest, uid: UUID) -> View:
    view = next((one for one in views_of(request.user, keys_for(str(request.user.role))) if one.uid == uid), None)
    if view is None or not may_change(view, request.user):
        raise Http404
    return view


def _url(view: View) -> str:
    return address({"view": str(view.uid), **view.filters, "order": view.order})
