"""Which languages we speak: those of `settings.LANGUAGES`, whose catalogs hold all that customers read.

The team's pages are in `STAFF` for everybody until a catalog holds all of theirs too.
"""

from collections.abc import Iterable

from django.conf.locale import LANG_INFO
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation.trans_real import parse_accept_lang_header

STAFF = "en"
SPELT = {
    "cs": "čeština",
    "es-mx": "español de México",
    "km": "ខ្មែរ",
    "kn": "ಕನ್ನಡ",
    "mn": "монгол",
    "pa": "ਪੰਜਾਬੀ",
    "pt-br": "português do Brasil",
    "sk": "slovenčina",
    "zh": "中文",
}
"""What speakers call their languages, where Django says it in English or otherwise than they write it."""


def spoken(code: str) -> str:
    """The one of ours for a language as people, shops and browsers name it (`es-MX`, `zh_CN`, `zh`); '' for others."""
    try:
        return translation.get_supported_language_variant(code.replace("_", "-").lower())
    except LookupError:
        return ""


def own_name(code: str) -> str:
    """What its speakers call a language, as a line of a list begins; the code where we do not know."""
    for near in (code, code.partition("-")[0]):
        info = LANG_INFO.get(near, {})
        info = LANG_INFO.get(info["fallback"][0], {}) if "fallback" in info else info
        if said := SPELT.get(near) or info.get("name_local"):
            return str(capfirst(said))
    return code


def first_spoken(wanted: Iterable[str]) -> str:
    return next((ours for one in wanted if (ours := spoken(one))), "")


def accepted(header: str) -> str:
    """What a browser asks for in `Accept-Language`, as far as we speak it; '' where we speak none of it."""
    return first_spoken(code for code, _quality in parse_accept_lang_header(header))


def speak(*wanted: str) -> translation.override:
    """In the first of these that we speak; else in that of the request: the browser's, else the shop's."""
    return translation.override(first_spoken(wanted) or translation.get_language())


def to_staff() -> translation.override:
    return translation.override(STAFF)
