from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from crm.business.models import User


class StaffRequest(HttpRequest):
    """What a view behind `roles.role` is given: a colleague has signed in, and htmx may have asked. A view whose page
    stands under one of several tabs of its package sets `tab`, the name of its url."""

    user: User
    htmx: HtmxDetails
    tab: str
