"""One's own notifications: in which browsers a colleague is told that somebody waits for an answer."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.channels.webpush import browsers
from campaigns.channels.webpush.staff import push_to_staff
from campaigns.channels.webpush.views import said
from crm.business.actions import add_browser, remove_browser
from crm.business.models import StaffBrowser
from crm.business.queries import business
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@role()
def my_notifications(request: StaffRequest) -> HttpResponse:
    """The page; and, by POST, that this browser allows it: `subscription` as JSON."""
    if request.method != "POST":
        own = StaffBrowser.objects.filter(user=request.user).order_by("-at")
        return render(request, "settings/notifications.html", {"browsers": own})
    try:
        browser = browsers.of(said(request).get("subscription"))
    except browsers.NoBrowser:
        return HttpResponse(status=400)
    add_browser(user=request.user, digest=browser.digest, browser=browser.kept(), at=clock.now())
    return HttpResponse(status=204)


@require_POST
@role()
def drop_browser(request: StaffRequest, pk: int) -> HttpResponse:
    remove_browser(get_object_or_404(StaffBrowser, pk=pk, user=request.user))
    toast(request, _("Switched off there."))
    return redirect("my_notifications")


@require_POST
@role()
def test_notification(request: StaffRequest) -> HttpResponse:
    """One to oneself, at once."""
    text = _("This is a test. Notifications work.")
    taken = push_to_staff(
        [request.user], title=business().name or "Engage", text=text, path=reverse("inbox"), tag="test"
    )
    toast(request, _("On its way.") if taken else _("No browser of yours could be reached."), wrong=not taken)
    return redirect("my_notifications")
