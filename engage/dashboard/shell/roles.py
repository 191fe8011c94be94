"""Who may open a page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Protocol, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django_htmx.http import HttpResponseClientRedirect

from crm.business.models import User
from engage.dashboard.shell.requests import StaffRequest

type StaffView[**P] = Callable[Concatenate[StaffRequest, P], HttpResponseBase]


class GuardedView(Protocol):
    roles: frozenset[str]

    def __call__(self, request: HttpRequest, /, *args, **kwargs) -> HttpResponseBase: ...


ROLES = frozenset(User.Role.values)


def role[**P](*allowed: str) -> Callable[[StaffView[P]], GuardedView]:
    """Open the view to colleagues with one of these roles: `@role("owner", "marketer")`.

    Without a role it is open to everybody who has signed in. Strangers are sent to the sign-in page (htmx makes
    the whole page go there, not a part of it), or to the first run while there is nobody who could sign in;
    colleagues of another role get a 403. The roles stay readable as `view.roles`, so that a test can ask every url
    of the dashboard for them.
    """
    if unknown := set(allowed) - ROLES:
        raise ValueError(f"no such role: {', '.join(sorted(unknown))}")
    roles = frozenset(allowed) or ROLES

    def decorate(view: StaffView[P]) -> GuardedView:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if request.user.role not in roles:
                raise PermissionDenied
            return view(cast(StaffRequest, request), *args, **kwargs)

        readable = cast(GuardedView, guarded)
        readable.roles = roles
        return readable

    return decorate


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(resolve_url("account_login"))
    if not User.objects.exists():
        return redirect("start")
    return redirect_to_login(request.get_full_path(), resolve_url("account_login"))
