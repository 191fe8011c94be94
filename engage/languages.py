"""In which language a page speaks: the team's in ours, customers' in theirs.

Nothing is kept for it, so there is no cookie. Views of customers (engage.lib.public) go on from here: where they know
who is there, they speak that person's language.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from crm.business.queries import business
from engage.lib import spoken

type View = Callable[..., HttpResponse]


class Languages:
    """What leads nowhere is said in the browser's language. At most one query, where we speak none of a browser's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        translation.activate(_browsers(request) or spoken.STAFF)
        response = self.get_response(request)
        match = request.resolver_match
        if match is None or _is_theirs(match.func):
            patch_vary_headers(response, ["Accept-Language"])
        return response

    def process_view(self, request: HttpRequest, view: View, args: tuple, kwargs: dict) -> None:
        theirs = _is_theirs(view)
        language = (_browsers(request) or spoken.spoken(business().language)) if theirs else ""
        translation.activate(language or spoken.STAFF)


def _is_theirs(view: View) -> bool:
    return getattr(view, "in_their_language", False)


def _browsers(request: HttpRequest) -> str:
    return spoken.accepted(request.headers.get("Accept-Language", ""))
