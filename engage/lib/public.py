"""Pages of customers: no cookie and no login, so a signed token is all the authority there is.

Each view of theirs is decorated with `public`. Such pages have no CSRF token, because that would be a cookie; a POST
is refused when the browser says that another site's page sent it.
"""

import time
from collections.abc import Callable, Sequence
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from redis.exceptions import RedisError

from engage.lib import net
from engage.lib.patience import PASSING

type View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """CSRF-exempt with an Origin check; never cached, never indexed, the address (it holds a token) told nobody; in the
    language of whoever is there (engage.languages)."""

    @wraps(view)
    def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method == "POST" and is_foreign(request):
            text = _("Nothing was changed: this form was sent by another website.")
            return HttpResponse(text, status=403, content_type="text/plain; charset=utf-8")
        return view(request, *args, **kwargs)

    return from_anywhere(checked)


def says_when_busy(view: View) -> View:
    """A database that is busy is said so, with 503."""

    @wraps(view)
    def tried(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except PASSING:
            text = _("We could not take it just now. Please go back and press the button again.")
            return notice(request, _("One moment"), text, status=503)

    return tried


def from_anywhere(view: View) -> View:
    """The same without the Origin check: for what mail programs post (RFC 8058)."""

    @csrf_exempt
    @wraps(view)
    def open_to_all(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return in_their_language(open_to_all)


def in_their_language(view: View) -> View:
    """A view of customers: its words are those of the browser's language, else of the shop's."""
    view.in_their_language = True  # type: ignore[attr-defined]
    return view


def notice(
    request: HttpRequest,
    title: str,
    text: str,
    *,
    status: int = 200,
    link: tuple[str, str] | None = None,
    talk_url: str = "",
) -> HttpResponse:
    """A page that says one thing, with one way on: (url, words); at its foot the way to a person, if one is given."""
    context = {"title": title, "text": text, "link": link, "talk_url": talk_url}
    return render(request, "customer/notice.html", context, status=status)


def is_foreign(request: HttpRequest) -> bool:
    """Whether another site's page sent this. `Origin: null` says nothing: it is what our own pages send, because of
    their `Referrer-Policy: no-referrer` (Fetch standard, "append a request Origin header")."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin", "null")
    return origin != "null" and urlsplit(origin).netloc.lower() != request.get_host().lower()


def is_peek(request: HttpRequest) -> bool:
    """A look ahead by a browser or a mail program (HEAD, prefetch, prerender): nobody has seen the page."""
    purpose = f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}".lower()
    return request.method == "HEAD" or "prefetch" in purpose or "preview" in purpose or "prerender" in purpose


def came_from(request: HttpRequest) -> str | None:
    """The visitor's network address, as evidence: `engage.proxies` has put it behind trusted proxies."""
    return net.address(request.META.get("REMOTE_ADDR", ""))


def embeddable(response: HttpResponse, origins: Sequence[str] = ()) -> HttpResponse:
    """Let our own pages, and those of `origins` (`https://shop.example.com`), show this one in a frame; nobody else."""
    response._csp_config = {**settings.SECURE_CSP, "frame-ancestors": [CSP.SELF, *origins]}  # type: ignore[attr-defined]
    response.xframe_options_exempt = True
    return response


def too_often(what: str, who: str, *, limit: int, seconds: int) -> bool:
    """Count one more `what` by `who`; True once there were more than `limit` within a window of `seconds`.

    Without the cache nobody is refused: a limit is no reason to turn customers away.
    """
    key = f"often:{what}:{who}:{int(time.time() // seconds)}"
    try:
        cache.add(key, 0, 2 * seconds)
        return cache.incr(key) > limit
    except (ValueError, RedisError):
        return False
