"""Who may begin: a stranger while nobody owns the house, or anybody at this very computer while it is a demo."""

import ipaddress
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from crm.business.models import User
from crm.business.queries import business
from engage.dashboard.firstrun.loading import is_loading

type View = Callable[..., HttpResponse]

BROUGHT = "brought_demo"
"""In the session of whoever brought the demo into an empty house: it stays open to them from anywhere."""


def nobody_yet() -> bool:
    """One query."""
    return not User.objects.exists()


def at_this_computer(request: HttpRequest) -> bool:
    """The visitor's address is a loopback one (a trusted proxy has said otherwise if it is not)."""
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def may_begin(request: HttpRequest) -> bool:
    if business().demo or is_loading():
        is_owner = request.user.is_authenticated and request.user.role == User.Role.OWNER
        return is_owner or at_this_computer(request) or BROUGHT in request.session
    return nobody_yet()


def first_door(view: View) -> View:
    """Everybody else is led to Home, which asks them to sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return view(request, *args, **kwargs) if may_begin(request) else redirect("home")

    return guarded
