"""How we stand with a person: permission with its evidence, switches, the do-not-write list, possible duplicates."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from campaigns.channels import port
from campaigns.surveys.models import SignUp
from campaigns.surveys.queries import waiting_for
from crm.contacts.actions import address_digest
from crm.contacts.evidence import Grounds, evidence_by_channel, grounds
from crm.contacts.models import Consent, Contact, Identity, Merge, MergeProposal, Pause, Suppression
from engage.lib import clock


@dataclass(frozen=True)
class Twin:
    """Somebody who may be the same person."""

    proposal: MergeProposal
    other: Contact


@dataclass(frozen=True)
class Standing:
    permissions: list[tuple[str, list[Grounds]]]
    asked: list[SignUp]
    pause: Pause | None
    suppressions: list[Suppression]
    twins: list[Twin]
    merges: list[Merge]


def standing(contact: Contact, identities: list[Identity], at: datetime) -> Standing:
    """Seven queries."""
    return Standing(
        permissions=_permissions(contact, identities),
        asked=waiting_for(contact),
        pause=_pause(contact, at),
        suppressions=_suppressions(identities),
        twins=_twins(contact),
        merges=list(Merge.objects.filter(survivor=contact, undone=None).select_related("absorbed").order_by("-at")),
    )


def _permissions(contact: Contact, identities: list[Identity]) -> list[tuple[str, list[Grounds]]]:
    """By each channel that reaches them, or that they spoke of, with its name. Two queries."""
    kinds = {row.kind for row in identities if row.proof}
    reaching = [name for name in Consent.CHANNELS if port.channel(name).reached_by in kinds]
    found = evidence_by_channel(contact, reaching)
    return [(str(port.channel(name).label), grounds(said)) for name, said in found.items() if said]


def _pause(contact: Contact, at: datetime) -> Pause | None:
    standing = Pause.objects.filter(Q(until=None) | Q(until__gt=at), contact=contact, lifted=None)
    return standing.order_by("-at").first()


def _suppressions(identities: list[Identity]) -> list[Suppression]:
    digests = [address_digest(row.value) for row in identities if row.kind == Identity.Kind.EMAIL]
    return list(Suppression.objects.standing(clock.now()).filter(channel="email", digest__in=digests))


def _twins(contact: Contact) -> list[Twin]:
    pairs = MergeProposal.objects.filter(Q(first=contact) | Q(second=contact), state=MergeProposal.State.OPEN)
    found = pairs.select_related("first", "second").order_by("at")
    return [Twin(pair, pair.second if pair.first_id == contact.pk else pair.first) for pair in found]
