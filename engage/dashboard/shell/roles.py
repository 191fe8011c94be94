"""Who may open a page."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django_htmx.http import HttpResponseClientRedirect

from crm.business.models import User

type View = Callable[..., HttpResponse]

ROLES = frozenset(User.Role.values)


def role(*allowed: str) -> Callable[[View], View]:
    """Open the view to colleagues with one of these roles: `@role("owner", "marketer")`.

    Without a role it is open to everybody who has signed in. Strangers are sent to the sign-in page (htmx makes
    the whole page go there, not a part of it), or to the first run while there is nobody who could sign in;
    colleagues of another role get a 403. The roles stay readable as `view.roles`, so that a test can ask every url
    of the dashboard for them.
    """
    if unknown := set(allowed) - ROLES:
        raise ValueError(f"no such role: {', '.join(sorted(unknown))}")
    roles = frozenset(allowed) or ROLES

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if request.user.role not in roles:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.roles = roles
        return guarded

    return decorate


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(resolve_url("account_login"))
    if not User.objects.exists():
        return redirect("start")
    return redirect_to_login(request.get_full_path(), resolve_url("account_login"))
