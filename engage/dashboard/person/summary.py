"""One person in short, as the inbox and their own page show them."""

from dataclasses import dataclass
from datetime import timedelta

from campaigns.journeys.models import Enrolment
from crm.business import queries as business_queries
from crm.business.models import Business
from crm.catalog.models import Order
from crm.catalog.queries import Bought, bought_by, orders_of
from crm.contacts.models import Contact, Identity
from crm.dialogue import queries as dialogue
from crm.dialogue.models import Message
from crm.preferences.models import Preference
from crm.preferences.queries import visible_to


@dataclass(frozen=True)
class Summary:
    contact: Contact
    identities: list[Identity]
    remembered: list[Preference]
    bought: list[Bought]
    orders: list[Order]
    enrolments: list[Enrolment]
    held: list[Message]

    @property
    def emails(self) -> list[Identity]:
        return [identity for identity in self.identities if identity.kind == Identity.Kind.EMAIL]

    @property
    def phones(self) -> list[Identity]:
        return [identity for identity in self.identities if identity.kind == Identity.Kind.PHONE]

    @property
    def reached_by(self) -> list[Identity]:
        return self.emails + self.phones

    @property
    def is_unproved(self) -> bool:
        """Nothing shows that they are who they say."""
        return bool(self.emails) and not any(identity.proof for identity in self.identities)


def summary(contact: Contact, *, role: str, orders: int = 3) -> Summary:
    """Six queries, whatever the person has done."""
    return Summary(
        contact=contact,
        identities=list(contact.identities.exclude(kind=Identity.Kind.ANONYMOUS).order_by("kind", "-proof", "id")),
        remembered=remembered(contact, role),
        bought=bought_by(contact.pk),
        orders=list(orders_of(contact.pk)[:orders]),
        enrolments=list(
            Enrolment.objects.filter(contact=contact, state=Enrolment.State.ACTIVE, shadow=False)
            .select_related("journey", "wait")
            .order_by("-began")
        ),
        held=dialogue.held_by_dialogue([contact.pk]).get(contact.pk, []),
    )


def remembered(contact: Contact, role: str) -> list[Preference]:
    """What counts today and a colleague of this role may see, what they told us first. One query."""
    active = contact.preferences.filter(visible_to(role), state=Preference.State.ACTIVE).select_related("key")
    return list(active.order_by("-rank", "key__label"))


@dataclass(frozen=True)
class OnClosing:
    """What becomes of held messages when their conversation ends."""

    goes: bool
    after: timedelta


def on_closing() -> OnClosing:
    business = business_queries.business()
    return OnClosing(business.held_policy == Business.Held.GO, timedelta(hours=business.held_hours))
