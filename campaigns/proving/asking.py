"""A form of somebody whom we do not know: the address on it is asked whether it was them."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaigns.proving import hurdles
from campaigns.proving.actions import claim
from campaigns.surveys.filling.spam import MAILS
from crm.contacts import normal


def ask_to_prove(request: HttpRequest, what: str, said: dict[str, Any], at: datetime) -> tuple[str, int]:
    """Send the link that makes it count; what is against it in words, with the status; ('', 200) where it went."""
    problem, status = hurdles.haste(request, at)
    if problem:
        return problem, status
    address = normal.identity("email", request.POST.get("email", ""))
    if address is None:
        return _("This does not look like an e-mail address."), 400
    problem, status = hurdles.press(request, what, hurdles.forms(what), MAILS, at=at)
    if problem:
        return problem, status
    claim(what=what, said=said, address=address, language=get_language() or "", at=at)
    return "", 200
