"""A design as one person would read it, or with sample values. Nothing is sent or kept."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from campaigns.channels import variables
from campaigns.channels.addresses import address_of
from campaigns.channels.liquid import product_ids
from campaigns.channels.names import LINKS, SAMPLE
from campaigns.channels.skeleton import Rendered, Skeleton, fill, splice
from campaigns.designs.checks import asked, cited
from campaigns.designs.compiling import speaking
from crm.business.models import Business
from crm.contacts.models import Contact
from crm.preferences.recall import recall

NOWHERE = "#"


def as_person(
    skeleton: Skeleton,
    contact: Contact,
    *,
    language: str,
    shop: Business,
    ask: Callable[[list[str]], Mapping[str, Mapping[str, Any]]],
    hidden: Collection[str],
    at: datetime,
) -> Rendered:
    """`ask` gives the questions of the surveys that it names, by survey; `hidden` keys are not shown to whoever looks.
    What an occasion would add has sample values. At most five queries. Raises skeleton.CannotRender."""
    keys = set(cited(skeleton.slots)) - set(hidden)
    facts = recall([contact.pk], keys, at=at).get(contact.pk, {})
    with speaking(language):
        given = {
            **SAMPLE,
            "contact": {**variables.people({contact.pk})[contact.pk], "email": address_of(contact)},
            "business": variables.shop_variables(shop),
            "recall": variables.recall_variables(facts, at),
            "questions": ask(asked(skeleton.slots)),
            "for_sale": variables.items({id for slot in skeleton.slots for id in product_ids(slot.source)}),
            **dict.fromkeys(LINKS, NOWHERE),
        }
        return splice(skeleton, fill(skeleton, given))
