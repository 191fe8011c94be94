"""Where answers come from: a short name such as `link`, `mail`, `site` or `qr-counter`, by which results are split.

It is in the address (`?o=qr-counter`), signed into the form, and kept with the answer. It says nothing of anybody.
"""

import re

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.dialogue.models import Message

PARAMETER = "o"
LONGEST = 30
LINK, MAIL, PERSON = "link", "mail", "person"
PASSED = "pass"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
_BY_CHANNEL = {"email": MAIL, "task": PERSON}
USUAL: dict[str, str | Promise] = {
    LINK: _("the page's own link"),
    MAIL: _("a mail"),
    PERSON: _("a colleague who asked"),
    "sms": _("a text message"),
    "webpush": _("a notification"),
    "onsite": _("a message on the website"),
    PASSED: _("a link that somebody passed on"),
}
"""Names that nobody made, in words."""


def is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def way_of(origin: str) -> str:
    """One name for all links that people passed on, `pass-<code>`: those are counted one by one elsewhere."""
    return PASSED if origin.startswith(f"{PASSED}-") else origin


def named(request: HttpRequest) -> str:
    """That of the place on a site whose frame this is, else what the address says; `link` where it says no name."""
    if placed := getattr(request, "origin", ""):
        return str(placed)
    said = request.GET.get(PARAMETER, "").strip().lower()
    return said if is_name(said) else LINK


def of_message(message: Message) -> str:
    """What a link in a message comes from."""
    return _BY_CHANNEL.get(message.channel, message.channel)[:LONGEST]
