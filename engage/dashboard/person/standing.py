"""How we stand with a person: permission with its evidence, switches, the do-not-write list, possible duplicates."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from campaigns.surveys.models import SignUp
from campaigns.surveys.queries import waiting_for
from crm.contacts.actions import address_digest
from crm.contacts.evidence import Grounds, evidence, grounds
from crm.contacts.models import Contact, Identity, Merge, MergeProposal, Pause, Suppression


@dataclass(frozen=True)
class Twin:
    """Somebody who may be the same person."""

    proposal: MergeProposal
    other: Contact


@dataclass(frozen=True)
class Standing:
    permissions: list[Grounds]
    asked: list[SignUp]
    pause: Pause | None
    suppressions: list[Suppression]
    twins: list[Twin]
    merges: list[Merge]


def standing(contact: Contact, identities: list[Identity], at: datetime) -> Standing:
    """Seven queries."""
    return Standing(
        permissions=grounds(evidence(contact)),
        asked=waiting_for(contact),
        pause=_pause(contact, at),
        suppressions=_suppressions(identities),
        twins=_twins(contact),
        merges=list(Merge.objects.filter(survivor=contact, undone=None).select_related("absorbed").order_by("-at")),
    )


def _pause(contact: Contact, at: datetime) -> Pause | None:
    standing = Pause.objects.filter(Q(until=None) | Q(until__gt=at), contact=contact, lifted=None)
    return standing.order_by("-at").first()


def _suppressions(identities: list[Identity]) -> list[Suppression]:
    digests = [address_digest(row.value) for row in identities if row.kind == Identity.Kind.EMAIL]
    return list(Suppression.objects.filter(channel="email", digest__in=digests))


def _twins(contact: Contact) -> list[Twin]:
    pairs = MergeProposal.objects.filter(Q(first=contact) | Q(second=contact), state=MergeProposal.State.OPEN)
    found = pairs.select_related("first", "second").order_by("at")
    return [Twin(pair, pair.second if pair.first_id == contact.pk else pair.first) for pair in found]
