"""Who may be here twice is found at night with its reason, looked at side by side, made one, and made two again."""

from uuid import uuid4

import pytest
from django.urls import reverse

from crm.contacts.actions.duplicates import propose_duplicates
from crm.contacts.models import Company, Contact, Identity, Merge, MergeProposal
from tests import cast
from tests.engage.dashboard.counting import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ada")]


def found() -> list[str]:
    propose_duplicates()
    return list(MergeProposal.objects.values_list("reason", flat=True))


def pair() -> tuple[Contact, Contact, MergeProposal]:
    one, other = cast.alice(), cast.contact("Alice M", "alice@home.example")
    first, second = sorted((one, other), key=lambda each: each.pk)
    return one, other, MergeProposal.objects.create(first=first, second=second, reason="same phone")


def test_the_same_name_in_the_same_company():
    cafe = Company.objects.create(name="Café")
    for name in ("Dana Voss", "dana voss"):
        cast.contact(name, company=cafe)
    cast.contact("Dana Voss")
    assert found() == ["same name and company"]


def test_the_same_name_and_postcode_however_it_is_spaced():
    for postcode in ("WX1 4QL", "wx14ql", "WX9 9ZZ"):
        cast.contact("Dana Voss", attributes={"postcode": postcode})
    assert found() == ["same name and postcode"]


def test_a_phone_that_one_claims_and_another_has_proved():
    for person, proof in ((cast.alice(), "staff"), (cast.bob(), "")):
        Identity.objects.create(contact=person, recorded_for=person, kind="phone", value="+447700900123", proof=proof)
    assert found() == ["same phone"]


@pytest.mark.parametrize(
    ("other", "alike"),
    [("dana.voss+shop@mail.example", 1), ("dana.voss@mail.example", 1), ("dana.voss@else.example", 0)],
)
def test_an_address_that_differs_by_dots_or_plus(other, alike):
    cast.contact("Dana", "danavoss@mail.example")
    cast.contact("D Voss", other)
    assert len(found()) == alike


def test_people_who_share_nothing_are_not_proposed_nor_those_who_are_gone():
    cast.alice(), cast.bob(), cast.carol()
    for erased in (None, cast.NOON):
        cast.contact("Dana Voss", attributes={"postcode": "WX1"}, erased=erased)
    assert found() == []


def test_a_pair_that_is_not_the_same_is_never_proposed_again(client):
    for _ in range(2):
        cast.contact("Dana Voss", attributes={"postcode": "WX1 4QL"})
    assert len(found()) == 1
    proposal = MergeProposal.objects.get()
    answer = client.post(reverse("dismiss_pair", args=[proposal.first.uid, proposal.uid]), {"from": "duplicates"})
    assert answer.url == reverse("duplicates")
    propose_duplicates()
    assert MergeProposal.objects.get().state == "dismissed"


def test_a_pair_stands_side_by_side_and_either_may_go_on(client):
    one, other, proposal = pair()
    page = client.get(reverse("duplicates")).content.decode()
    assert "alice@shop.example" in page and "alice@home.example" in page and "same phone" in page
    client.post(reverse("merge_people", args=[other.uid, proposal.uid]), {"from": "duplicates"})
    one.refresh_from_db()
    assert one.merged_into == other


def test_every_merge_is_undone_from_its_journal(client):
    one, other, proposal = pair()
    client.post(reverse("merge_people", args=[one.uid, proposal.uid]))
    made = Merge.objects.get()
    undo = reverse("unmerge_people", args=[one.uid, made.uid])
    assert undo in client.get(reverse("duplicates")).content.decode()
    client.post(undo, {"from": "duplicates"})
    other.refresh_from_db()
    assert other.merged_into is None
    page = client.get(reverse("duplicates")).content.decode()
    assert undo not in page and "undone" in page and "Not the same" in page


def test_many_pairs_cost_what_one_does(client):
    pair()
    few = queries_of(client, reverse("duplicates"))
    for _ in range(5):
        one, other = (cast.contact("Twin", f"{uuid4()}@shop.example") for _ in range(2))
        MergeProposal.objects.create(first=one, second=other, reason="same phone")
    assert queries_of(client, reverse("duplicates")) == few
