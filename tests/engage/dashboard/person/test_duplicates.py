"""Who may be here twice is found at night with its reason, looked at side by side, made one, and made two again."""

from uuid import uuid4

import pytest
from django.urls import reverse

from crm.contacts.actions import merge
from crm.contacts.actions.by_rule import merge_by_rules
from crm.contacts.actions.duplicates import propose_duplicates
from crm.contacts.models import Company, Contact, Identity, Merge, MergeProposal, MergeRule
from engage.lib import clock
from tests import cast
from tests.engage.dashboard.counting import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ada")]


def found() -> list[str]:
    propose_duplicates()
    return [code for reasons in MergeProposal.objects.values_list("reasons", flat=True) for code in reasons]


def pair() -> tuple[Contact, Contact, MergeProposal]:
    one, other = cast.alice(), cast.contact("Alice M", "alice@home.example")
    first, second = sorted((one, other), key=lambda each: each.pk)
    return one, other, MergeProposal.objects.create(first=first, second=second, reasons=["phone"])


def test_the_same_name_in_the_same_company():
    cafe = Company.objects.create(name="Café")
    for name in ("Dana Voss", "dana voss"):
        cast.contact(name, company=cafe)
    cast.contact("Dana Voss")
    assert found() == ["name_company"]


def test_the_same_name_and_postcode_however_it_is_spaced():
    for postcode in ("WX1 4QL", "wx14ql", "WX9 9ZZ"):
        cast.contact("Dana Voss", attributes={"postcode": postcode})
    assert found() == ["name_postcode"]


def test_a_phone_that_one_claims_and_another_has_proved():
    for person, proof in ((cast.alice(), "staff"), (cast.bob(), "")):
        Identity.objects.create(contact=person, recorded_for=person, kind="phone", value="+447700900123", proof=proof)
    assert found() == ["claimed_phone"]


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
    assert "alice@shop.example" in page and "alice@home.example" in page and "The same phone" in page
    client.post(reverse("merge_people", args=[other.uid, proposal.uid]), {"from": "duplicates"})
    one.refresh_from_db()
    assert one.merged_into == other


def test_every_merge_is_undone_from_its_journal(client):
    one, other, proposal = pair()
    client.post(reverse("merge_people", args=[one.uid, proposal.uid]))
    made = Merge.objects.get()
    undo = reverse("unmerge_people", args=[one.uid, made.uid])
    assert undo in client.get(reverse("merges")).content.decode()
    assert client.post(undo, {"from": "merges"}).url == reverse("merges")
    other.refresh_from_db()
    assert other.merged_into is None
    page = client.get(reverse("merges")).content.decode()
    assert undo not in page and "undone" in page
    assert "Not the same" in client.get(reverse("duplicates")).content.decode()


def test_many_pairs_cost_what_one_does(client):
    pair()
    few = queries_of(client, reverse("duplicates"))
    for _ in range(5):
        one, other = (cast.contact("Twin", f"{uuid4()}@shop.example") for _ in range(2))
        MergeProposal.objects.create(first=one, second=other, reasons=["phone"])
    assert queries_of(client, reverse("duplicates")) == few


def test_only_an_owner_turns_a_rule_on_and_sees_what_it_would_do(client):
    one, other = cast.contact("Dana Voss"), cast.contact("Dana Voss", "dana@shop.example")
    Contact.objects.update(attributes={"postcode": "WX1"})
    MergeProposal.objects.create(first=one, second=other, reasons=["name_postcode"])
    url = reverse("merge_rule", args=["name_postcode"])
    assert "By a rule" not in client.get(reverse("duplicates")).content.decode()
    for who in (cast.max_(), None):
        if who:
            client.force_login(who)
        assert client.post(url).status_code == 403
    client.force_login(cast.olga())
    assert "It would merge 1 pair today." in client.get(reverse("duplicates")).content.decode()
    client.post(url)
    assert "Turn off" in client.get(reverse("duplicates")).content.decode()
    merge_by_rules(at=cast.NOON)
    page = client.get(reverse("merges")).content.decode()
    assert "a rule: The same name and postcode" in page and "Undo" in page
    client.post(url, {"off": "1"})
    assert not MergeRule.objects.exists()
    assert client.post(reverse("merge_rule", args=["nonsense"])).status_code == 404


def test_the_journal_costs_the_same_for_thirty_as_for_one_and_goes_on(client):
    def made() -> None:
        one, other = cast.contact("One"), cast.contact("Other")
        merge(survivor=one, absorbed=other, by="Ada", at=clock.now())

    made()
    few = queries_of(client, reverse("merges"))
    for _ in range(30):
        made()
    assert queries_of(client, reverse("merges")) == few
    page = client.get(reverse("merges"))
    assert len(page.context["merges"]) == 20
    assert len(client.get(reverse("merges"), {"cursor": page.context["next"]}).context["merges"]) == 11
