"""A rule merges only what nothing speaks against: two known people never merge by themselves."""

import itertools
from collections.abc import Iterable

import pytest

from crm.contacts.actions import by_rule, merge, undo_merge
from crm.contacts.actions.duplicates import propose_duplicates, propose_newcomers
from crm.contacts.actions.proposals import dismiss_proposal, reopen_proposal
from crm.contacts.models import Company, Contact, Identity, Merge, MergeProposal
from crm.contacts.twins import REASONS, RULES
from engage.lib import clock

pytestmark = pytest.mark.django_db
STRONG = ("external", "email", "phone")


def person(name: str = "Dana Voss", postcode: str = "", **identities: str) -> Contact:
    """`email="proof"` gives an address with this proof."""
    made = Contact.objects.create(name=name, attributes={"postcode": postcode} if postcode else {})
    for kind, proof in identities.items():
        Identity.objects.create(contact=made, recorded_for=made, kind=kind, value=f"{kind}-{made.pk}", proof=proof)
    return made


def proposed(one: Contact, other: Contact, *reasons: str) -> MergeProposal:
    return MergeProposal.objects.create(first=one, second=other, reasons=list(reasons))


def merged(*rules: str) -> int:
    for rule in rules or RULES:
        by_rule.turn_on(rule, by="Olga", at=clock.now())
    return by_rule.merge_by_rules(at=clock.now())


def test_every_rule_is_off_until_an_owner_turns_it_on_and_says_what_it_would_do() -> None:
    one, other = person(external="server"), person(email="import")
    proposed(one, other, "email")
    assert by_rule.merge_by_rules(at=clock.now()) == 0
    assert {rule: by_rule.would_merge(rule) for rule in RULES} == {
        "email": 1,
        "phone_name": 0,
        "name_postcode": 0,
        "name_company": 0,
    }
    assert merged("email") == 1
    made = Merge.objects.get()
    assert (made.survivor, made.absorbed, made.rule, made.by) == (one, other, "email", by_rule.BY)
    assert by_rule.would_merge("email") == 0
    by_rule.turn_off("email")
    proposed(person(external="server"), person(email="import"), "email")
    assert by_rule.merge_by_rules(at=clock.now()) == 0


def test_the_same_phone_merges_only_with_the_same_name() -> None:
    one, other = person("Dana Voss", email="server"), person("DANA VOSS", phone="link")
    stranger = person("Bob Stone", email="server")
    proposed(one, other, "phone"), proposed(*sorted((stranger, person("X", phone="link")), key=lambda c: c.pk), "phone")
    assert merged("phone_name") == 1
    assert Merge.objects.get().absorbed == other


def test_what_a_rule_asks_is_asked_anew_when_it_merges() -> None:
    one, other = person(postcode="WX1 4QL"), person(postcode="wx14ql", email="staff")
    propose_duplicates()
    assert by_rule.would_merge("name_postcode") == 1
    Contact.objects.filter(pk=other.pk).update(name="Dana Vosse")
    assert merged("name_postcode") == 0
    Contact.objects.filter(pk=other.pk).update(name="Dana Voss")
    assert merged("name_postcode") == 1
    assert Merge.objects.get().survivor == one


def every_pair() -> Iterable[tuple[tuple[str, ...], tuple[str, ...]]]:
    sets = [kinds for n in range(len(STRONG) + 1) for kinds in itertools.combinations(STRONG, n)]
    return itertools.product(sets, sets)


@pytest.mark.parametrize(("ones", "others"), every_pair(), ids=str)
def test_different_numbers_or_verified_addresses_only_make_a_proposal(ones, others) -> None:
    """Every combination of what two may be known by: no rule whatever merges those who differ in one of them."""
    cafe = Company.objects.create(name="Café")
    one = person(postcode="WX1", **dict.fromkeys(ones, "server"))
    other = person(postcode="WX1", **dict.fromkeys(others, "import"))
    Contact.objects.update(company=cafe)
    proposed(one, other, *REASONS)
    assert merged() == (0 if set(ones) & set(others) else 1)
    assert MergeProposal.objects.get().state == ("open" if set(ones) & set(others) else "merged")


@pytest.mark.parametrize("claim", ["email", "phone", "external"])
def test_a_claim_merges_nobody(claim) -> None:
    one, other = person(postcode="WX1", email="server"), person(postcode="WX1", **{claim: ""})
    proposed(one, other, *REASONS)
    assert merged() == 0


def test_a_device_of_which_nobody_vouched_merges_with_nobody() -> None:
    one, visitor = person(postcode="WX1", email="server"), person(postcode="WX1", anonymous="device")
    proposed(one, visitor, *REASONS)
    assert merged() == 0


def test_an_address_that_only_looks_alike_or_was_only_claimed_is_no_rule() -> None:
    assert not {"similar_email", "claimed_email", "claimed_phone", "push"} & RULES.keys()


def test_what_a_colleague_undid_or_dismissed_no_rule_does_again() -> None:
    one, other = person(external="server"), person(email="import")
    proposed(one, other, "email")
    assert merged("email") == 1
    undo_merge(Merge.objects.get(), by="Ada", at=clock.now())
    reopen_proposal(first=one.pk, second=other.pk)
    assert by_rule.would_merge("email") == merged("email") == 0
    third = person(phone="server")
    dismiss_proposal(proposal=proposed(one, third, "email"), by="Ada", at=clock.now())
    assert merged("email") == 0


def test_a_chain_ends_where_the_next_would_bring_two_addresses_together() -> None:
    """A has a number, B an address, C another one: B joins A, and C no longer fits."""
    one, two, three = person(external="server"), person(email="import"), person(email="import")
    proposed(one, two, "email"), proposed(one, three, "email")
    assert merged("email") == 1
    three.refresh_from_db()
    assert three.merged_into is None


def test_whoever_is_gone_is_merged_with_nobody() -> None:
    one, two, three = person(external="server"), person(email="import"), person(phone="import")
    proposed(one, two, "email"), proposed(two, three, "email")
    merge(survivor=one, absorbed=two, by="Ada", at=clock.now())
    Contact.objects.filter(pk=three.pk).update(erased=clock.now())
    proposed(one, three, "email")
    assert merged("email") == 0


def test_whoever_comes_is_compared_at_once_and_only_once() -> None:
    assert propose_newcomers(slices=9) == 0
    person(postcode="WX1 4QL")
    person(postcode="WX1 4QL")
    assert propose_newcomers(slices=9) == 2
    assert MergeProposal.objects.get().reasons == ["name_postcode"]
    assert propose_newcomers(slices=9) == 0


def test_whoever_is_given_another_address_is_compared_again() -> None:
    dana, other = person("Dana"), person("D. Voss")
    Identity.objects.create(contact=dana, recorded_for=dana, kind="email", value="danavoss@mail.example", proof="link")
    propose_newcomers(slices=9)
    address = {"kind": "email", "value": "dana.voss+shop@mail.example", "proof": "link"}
    Identity.objects.create(contact=other, recorded_for=other, **address)
    assert propose_newcomers(slices=9) == 1
    assert MergeProposal.objects.get().reasons == ["similar_email"]


def test_an_open_pair_learns_of_further_reasons_and_a_decided_one_does_not() -> None:
    one, other = person(postcode="WX1"), person(postcode="WX1")
    pair = proposed(one, other, "phone")
    propose_duplicates()
    pair.refresh_from_db()
    assert pair.reasons == ["name_postcode", "phone"]
    assert str(pair) == "the same name and postcode, the same phone"
    MergeProposal.objects.update(state="dismissed", reasons=["phone"])
    propose_duplicates()
    assert MergeProposal.objects.get().reasons == ["phone"]
