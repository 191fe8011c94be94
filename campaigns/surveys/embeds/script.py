"""The script that shows surveys on the owner's sites, with the places that are live."""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _

from campaigns.surveys import queries
from campaigns.surveys.embeds.heights import reserved
from campaigns.surveys.embeds.models import Placement
from campaigns.surveys.embeds.queries import live
from crm.business.models import Business
from crm.business.queries import business
from crm.contacts.models import Pause
from engage.lib.spoken import speak

LOADER = (
    '(function (d, s) { s.async = true; s.nonce = d.currentScript.nonce; s.src = "__HOME__/w/surveys/__KEY__.js"; '
    'd.head.append(s); })(document, document.createElement("script"));\n'
)


def for_site(key: str, *, at: datetime) -> str:
    """What all visitors get: empty where nothing is live. While everything is paused nothing appears by itself."""
    places = live(at)
    if Pause.objects.filter(contact=None, lifted=None).exclude(until__lte=at).exists():
        places = [one for one in places if one.shape == Placement.Shape.INLINE]
    return source(key, [described(one) for one in places]) if places else ""


def source(key: str, places: Iterable[dict[str, Any]]) -> str:
    shop = business()
    known = {"KEY": json.dumps(key), "PLACES": literal(list(places)), "DAYS": str(shop.survey_days)}
    known["WORDS"] = literal(_close_words(shop))
    script = _script()
    for name, value in known.items():
        script = script.replace(f"__{name}__", value)
    return script


def described(placement: Placement, *, trial: str = "") -> dict[str, Any]:
    """What a page has to know: nothing of groups and events but that we are to be asked. `trial` is the path of the
    preview that is shown in its place, on a page of ours."""
    version = placement.survey.current
    definition = queries.definition_of(version) if version else None
    told = {
        "u": str(placement.uid),
        "k": placement.survey.key,
        "t": definition.title if definition else placement.survey.title,
        "s": placement.shape,
        "o": placement.sites,
        "p": [quote(path, safe="/*%-._~!$&'()+,;=:@") for path in placement.paths],
        "w": placement.when,
        "n": placement.amount,
        "a": int(placement.targeted),
        "h": reserved(definition) if definition else 0,
    }
    return told | ({"x": trial} if trial else {})


def snippet(placement: Placement) -> str:
    """The HTML, as text, for the place within a page. Without a script it is a link."""
    one = described(placement)
    url = f"{settings.PUBLIC_URL}/s/{one['k']}/?o={placement.origin}"
    title = one["t"].replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<div data-engage-survey="{one["k"]}" style="min-height:{one["h"]}px">\n  <a href="{url}">{title}</a>\n</div>'
    )


def _close_words(shop: Business) -> dict[str, str]:
    """By the first two letters of the page's language; '' for all others."""
    said = {}
    for code in ("", *(code for code, _name in settings.LANGUAGES)):
        with speak(code, shop.language):
            said[code[:2]] = _("Close")
    return {code: words for code, words in said.items() if not code or words != said[""]}


def literal(value: object) -> str:
    """JavaScript; U+2028 is a line's end in old browsers, and `</` ends a script within a page."""
    return json.dumps(value, separators=(",", ":")).replace("</", "<\\/")


@cache
def _script() -> str:
    """Without what only we read."""
    lines = (line.strip() for line in (Path(__file__).parent / "surveys.js").read_text().splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("/*"))
