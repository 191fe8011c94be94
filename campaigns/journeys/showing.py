"""A message step as one person would read it, without a message."""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from liquid.exceptions import LiquidError

from campaigns.channels import variables
from campaigns.channels.addresses import address_of
from campaigns.channels.document import BadMarkup
from campaigns.channels.liquid import product_ids, question_keys, recall_keys
from campaigns.channels.names import LINKS
from campaigns.channels.skeleton import CannotRender, Rendered, fill, splice
from campaigns.journeys.definition import Design, Send
from campaigns.journeys.preparing import skeleton_of
from campaigns.surveys.queries import one_taps
from crm.business.models import Business
from crm.contacts.models import Contact
from crm.preferences.recall import known, recall

NOWHERE = "#"
"""Where the links of a message lead that nobody got."""


def shown(
    send: Send,
    contact: Contact,
    *,
    event: Mapping[str, Any],
    supposed: Mapping[str, Mapping[str, str]],
    offer: Mapping[str, str] = MappingProxyType({}),
    shop: Business,
    at: datetime,
) -> tuple[Rendered | None, str]:
    """The message by its first channel, or why it cannot be written. `supposed` is taken as told us, by key, `offer` as
    given. Eight
    queries at most."""
    person = variables.people({contact.pk})[contact.pk]
    design = send.design
    try:
        with variables.speaking(person["language"], shop.language):
            skeleton = skeleton_of(send, send.channels[0], person["language"])
            given = {
                "event": dict(event),
                **({"offer": dict(offer)} if offer else {}),
                "contact": {**person, "email": address_of(contact)},
                "business": variables.shop_variables(shop),
                "recall": {**_recalled(design, contact, at), **supposed},
                "for_sale": variables.items({id for slot in skeleton.slots for id in product_ids(slot.source)}),
                "questions": questions(question_keys(design.body), contact, supposed, at),
                **dict.fromkeys(LINKS, NOWHERE),
            }
            return splice(skeleton, fill(skeleton, given)), ""
    except (LiquidError, BadMarkup, CannotRender) as error:
        return None, _("This message could not be written: {problem}").format(problem=error)


def _recalled(design: Design, contact: Contact, at: datetime) -> dict[str, Any]:
    keys = {*recall_keys(design.subject), *recall_keys(design.body)}
    return variables.recall_variables(recall([contact.pk], keys, at=at).get(contact.pk, {}), at)


def questions(
    surveys: Collection[str], contact: Contact, supposed: Mapping[str, Any], at: datetime
) -> dict[str, dict[str, Any]]:
    """What these surveys ask, by survey: only what they have not told us yet. Two queries at most."""
    taps = one_taps(surveys)
    keys = {tap.preference for tap in taps.values() if tap.preference}
    told = known([contact.pk], keys, at=at).get(contact.pk, {})
    return {
        survey: {"text": tap.text, "answers": [{"label": answer.label, "url": NOWHERE} for answer in tap.answers]}
        for survey, tap in taps.items()
        if tap.preference not in told and tap.preference not in supposed
    }
