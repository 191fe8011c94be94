"""The scripts that shops put on their sites: what is looked at, and the button of the chat."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.business.models import Business, Key
from crm.business.queries import business
from crm.events import keys
from engage.lib.colour import readable_on
from engage.lib.spoken import speak

_HERE = Path(__file__).parent
_LOADS_CHAT = (
    '(function (d, s) { s.async = true; s.nonce = d.currentScript.nonce; s.src = "__HOME__/w/chat/__KEY__.js"; '
    'd.head.append(s); })(document, document.createElement("script"));\n'
)


_BESIDES: list[tuple[str, Callable[[], bool]]] = []


def load_besides(loader: str, *, where: Callable[[], bool]) -> None:
    """What rooms above have the site script load besides, from their `registrations.py`; `where` says whether now."""
    if (loader, where) not in _BESIDES:
        _BESIDES.append((loader, where))


@require_safe
def site_script(request: HttpRequest, site: str) -> HttpResponse:
    """The script for the site key `site`. No cookie, and cached by browsers for an hour."""
    loaders = [_LOADS_CHAT] if business().chat_on else []
    return _script(site, "".join([_source("site.js"), *loaders, *(one for one, where in _BESIDES if where())]))


@require_safe
def chat_script(request: HttpRequest, site: str) -> HttpResponse:
    """The button of the chat alone: of use where nothing is to be told of what people look at. Empty while it is
    switched off."""
    shop = business()
    return _script(site, _button(shop) if shop.chat_on else "")


def _script(site: str, source: str) -> HttpResponse:
    if keys.kind_of(site) != Key.Kind.SITE:
        raise Http404
    script = source.replace("__KEY__", site).replace("__HOME__", settings.PUBLIC_URL)
    return HttpResponse(
        script,
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"},
    )


def _button(shop: Business) -> str:
    known = {"SITES": _literal(shop.chat_sites), "WORDS": _literal(_labels())}
    known |= {"COLOUR": shop.colour, "INK": readable_on(shop.colour)}
    source = _source("chat.js")
    for name, value in known.items():
        source = source.replace(f"__{name}__", value)
    return source


def _labels() -> dict[str, str]:
    """What the button says, by the first two letters of the page's language; '' for all others."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with speak(code):
            said[code[:2]] = _("Write to us")
    with speak(business().language):
        usual = _("Write to us")
    return {"": usual} | {code: words for code, words in said.items() if words != usual}


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@cache
def _source(name: str) -> str:
    return (_HERE / name).read_text()
