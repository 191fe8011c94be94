"""A form of somebody whom we do not know: the address on it is asked whether it was them."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaigns.proving.actions import claim
from crm.contacts import normal
from engage.lib.public import too_often

MAILS_AN_HOUR = 20
"""Of one network address."""


def ask_to_prove(request: HttpRequest, what: str, said: dict[str, Any], at: datetime) -> tuple[str, int]:
    """Send the link that makes it count; what is against it in words, with the status; ('', 200) where it went."""
    address = normal.identity("email", request.POST.get("email", ""))
    if address is None:
        return _("This does not look like an e-mail address."), 400
    if too_often("sign-up-from", request.META["REMOTE_ADDR"], limit=MAILS_AN_HOUR, seconds=3600):
        return _("Much came from here at once. Your words are still here: please try again in some minutes."), 429
    claim(what=what, said=said, address=address, language=get_language() or "", at=at)
    return "", 200
