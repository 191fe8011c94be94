"""Why somebody was given something, in words."""

from django.utils.translation import gettext as _

from campaigns.offers.actions import BadCodes
from campaigns.offers.models import Given


def why_words(given: Given) -> str:
    """Its reason where a colleague said one; else what gave it, by its cause."""
    kind, _colon, rest = given.cause.partition(":")
    match kind:
        case "contest":
            _contest, _colon, place = rest.partition(":")
            said = _("Place {place} in “{name}”") if given.reason else _("Prize, place {place}")
            return said.format(place=place.partition(":")[0], name=given.reason)
        case "enrolment":
            return _("Journey “{name}”").format(name=given.by)
        case "api":
            return given.reason or _("By your system: {cause}").format(cause=rest)
    return given.reason or given.by


def wrong_codes(refused: BadCodes) -> str:
    if refused.wrong:
        message = _("Not a code: {codes}. A code has 40 signs at most, of letters, digits and signs without accents.")
        return message.format(codes=", ".join(refused.wrong))
    return _("Paste 1 to 50,000 codes.")
