"""Pages of surveys in the business look: `customer/base.html` draws `request.survey_theme` where there is one."""

from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from campaigns.designs.queries import look
from campaigns.surveys.theme import Theme, theme
from crm.business.queries import business
from engage.lib.public import View


def themed(view: View) -> View:
    """One query, when a page is drawn."""

    @wraps(view)
    def drawn(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        request.survey_theme = SimpleLazyObject(current)  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return drawn


def current() -> Theme:
    return theme(look(business()))
