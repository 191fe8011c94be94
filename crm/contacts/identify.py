"""Who is meant by an event: pure, from what is held.

Proved identities (an owner's server, a link sent to the address) recognise people. What comes with the public site
key is a claim: it is kept with the visitor who made it and recognises nobody. Two known people never become one
here; they only become a proposal.
"""

from dataclasses import dataclass, field

from crm.contacts.held import Held, Owner
from crm.contacts.normal import DEVICES, IdentityKey

_STRENGTH = ("external", "email", "phone", "push")


@dataclass(frozen=True, slots=True)
class Signature:
    """By what an event says whose it is: proved keys, claims, and the device's anonymous id."""

    proved: tuple[IdentityKey, ...] = ()
    claimed: tuple[IdentityKey, ...] = ()
    anonymous: IdentityKey | None = None
    proof: str = "server"

    def all_keys(self) -> tuple[IdentityKey, ...]:
        return (*self.proved, self.anonymous) if self.anonymous else self.proved


@dataclass
class Person:
    """A contact as known within a chunk; `id` is None until written."""

    id: int | None
    identities: set[IdentityKey] = field(default_factory=set)
    absorbed_by: "Person | None" = None

    @property
    def known(self) -> bool:
        return any(key.kind not in DEVICES for key in self.identities)

    def kinds(self) -> set[str]:
        return {key.kind for key in self.identities}


@dataclass
class Recognised:
    """The person meant, and for whom its rows are recorded: the one whom the identity that brought it belonged to."""

    person: Person
    recorded_for: Person

    def ids(self) -> tuple[int, int]:
        """(contact, recorded_for), once everybody is written."""
        person = self.person
        while person.absorbed_by is not None:
            person = person.absorbed_by
        assert person.id is not None and self.recorded_for.id is not None
        return person.id, self.recorded_for.id


@dataclass
class Findings:
    """What a chunk taught about people, to be written in sets: see `actions.learn`."""

    created: list[Person] = field(default_factory=list)
    attached: list[tuple[IdentityKey, Recognised, str]] = field(default_factory=list)
    claims: list[tuple[IdentityKey, Recognised]] = field(default_factory=list)
    moved: dict[IdentityKey, Recognised] = field(default_factory=dict)
    absorbed: list[tuple[Person, Person]] = field(default_factory=list)
    proposed: list[tuple[Person, Person, str]] = field(default_factory=list)


class Recogniser:
    """Recognises signatures one after the other, remembering what the earlier ones taught."""

    def __init__(self, held: Held) -> None:
        self.findings = Findings()
        self._people: dict[int, Person] = {}
        self._owners: dict[IdentityKey, Recognised] = {}
        for key, owner in held.owners.items():
            self._owners[key] = Recognised(self._person(owner, held), self._bare(owner.recorded_for))

    def recognise(self, signature: Signature) -> Recognised:
        """The person meant; at least one key must be given."""
        found = self._by_proof(signature) or self._by_device(signature) or self._new()
        for key in signature.proved:
            self._attach(key, found, signature.proof)
        if signature.anonymous:
            self._attach_device(signature.anonymous, found, proved=bool(signature.proved))
        for key in signature.claimed:
            self.findings.claims.append((key, found))
        return found

    def _by_proof(self, signature: Signature) -> Recognised | None:
        """By the strongest key, unless its owner is known by another identity of a kind that is stronger."""
        stronger: set[str] = set()
        for key in sorted(signature.proved, key=lambda key: _STRENGTH.index(key.kind)):
            owner = self._owners.get(key)
            if owner and not (owner.person.kinds() & stronger):
                return owner
            stronger.add(key.kind)
        return None

    def _by_device(self, signature: Signature) -> Recognised | None:
        owner = self._owners.get(signature.anonymous) if signature.anonymous else None
        if owner and signature.proved and owner.person.known:
            return None
        return owner

    def _attach(self, key: IdentityKey, found: Recognised, proof: str) -> None:
        owner = self._owners.get(key)
        if owner is None:
            self._own(key, found)
            self.findings.attached.append((key, found, proof))
        elif owner.person is not found.person:
            self.findings.proposed.append((found.person, owner.person, key.kind))

    def _attach_device(self, key: IdentityKey, found: Recognised, *, proved: bool) -> None:
        owner = self._owners.get(key)
        if owner is None:
            self._own(key, found)
            self.findings.attached.append((key, found, "device"))
        elif owner.person is not found.person and proved:
            if owner.person.known:
                self._own(key, found)
                self.findings.moved[key] = found
            else:
                self._absorb(owner.person, found)

    def _absorb(self, visitor: Person, found: Recognised) -> None:
        self.findings.absorbed.append((visitor, found.person))
        visitor.absorbed_by = found.person
        found.person.identities |= visitor.identities
        for key in visitor.identities:
            self._owners[key].person = found.person

    def _own(self, key: IdentityKey, found: Recognised) -> None:
        found.person.identities.add(key)
        self._owners[key] = Recognised(found.person, found.recorded_for)

    def _new(self) -> Recognised:
        person = Person(None)
        self.findings.created.append(person)
        return Recognised(person, person)

    def _person(self, owner: Owner, held: Held) -> Person:
        person = self._bare(owner.contact)
        person.identities.update(held.identities.get(owner.contact, ()))
        return person

    def _bare(self, contact: int) -> Person:
        return self._people.setdefault(contact, Person(contact))
