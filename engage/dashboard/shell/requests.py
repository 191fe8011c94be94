from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from crm.business.models import User


class StaffRequest(HttpRequest):
    """What a view behind `roles.role` is given: a colleague has signed in, and htmx may have asked."""

    user: User
    htmx: HtmxDetails
