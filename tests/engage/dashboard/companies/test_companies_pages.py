"""A company's page shows its people, what they bought together and what is being talked about; staff put people in."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from crm.catalog.models import Order
from crm.contacts.actions.companies import add_company, put_into_company
from crm.contacts.models import Company, Contact
from crm.dialogue.actions import say
from crm.events import actions as events
from engage import listen
from engage.lib import clock
from tests import cast
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cafe(client, ada) -> Company:
    return add_company(name="Harbour Café", by="Ada", at=clock.now())[0]


def belongs(person: Contact) -> str:
    company = Contact.objects.select_related("company").get(pk=person.pk).company
    return company.name if company else ""


def ordered(person: Contact, number: int, total: int, **fields: object) -> None:
    Order.objects.create(
        external_id=f"{person.pk}-{number}",
        contact=person,
        recorded_for=person,
        at=clock.now(),
        total=total,
        currency="GBP",
        source="write",
        **fields,
    )


def page(client, company: Company, **query: str) -> str:
    return client.get(reverse("company", args=[company.uid]), query).content.decode()


def test_the_tab_stands_there_only_while_there_is_a_company(client, ada) -> None:
    assert "Companies" not in client.get(reverse("people")).content.decode()
    add_company(name="Harbour Café", by="Ada", at=clock.now())
    assert reverse("companies") in client.get(reverse("people")).content.decode()


def test_its_page_shows_people_orders_and_open_conversations(client, cafe, alice) -> None:
    bob = cast.bob()
    for person in (alice, bob):
        put_into_company(contact=person, company=cafe, by="Ada", at=clock.now())
    ordered(alice, 1, 20)
    ordered(bob, 1, 15)
    ordered(bob, 2, 99, refunded=clock.now())
    say(contact=bob, text="Can you deliver on Friday?", channel="email", at=clock.now())
    shown = page(client, cafe)
    assert "Alice Moreau" in shown and "Bob Stone" in shown and "2 people" in shown
    assert "2 orders, £35.00" in shown
    assert "Can you deliver on Friday?" in shown


def test_it_takes_as_many_queries_however_many_belong_to_it(client, cafe, alice) -> None:
    put_into_company(contact=alice, company=cafe, by="Ada", at=clock.now())
    few = queries_of(client, reverse("company", args=[cafe.uid]))
    for number in range(30):
        person = cast.contact(f"Person {number}", company=cafe)
        ordered(person, 1, 5)
        say(contact=person, text="Hello", channel="email", at=clock.now())
    assert queries_of(client, reverse("company", args=[cafe.uid])) == few


def test_what_the_server_says_of_it_stands_there_with_its_day(client, cafe) -> None:
    call = {"type": "group", "userId": "u1", "groupId": "c-9", "traits": {"name": "Quay <b>House</b>", "seats": 12}}
    events.accept(source="write", call="batch", body=json.dumps({"batch": [call]}), events=1)
    listen.run()
    shown = page(client, Company.objects.get(external_id="c-9"))
    assert "<strong>seats</strong>: 12" in shown and "c-9" in shown and "Quay &lt;b&gt;House" in shown


def test_staff_find_somebody_put_them_in_and_undo_it(client, cafe, alice) -> None:
    found = client.post(reverse("find_for_company", args=[cafe.uid]), {"q": "moreau"})
    assert "moreau" not in found.url
    assert "Put Alice Moreau in" in client.get(found.url).content.decode()

    join = reverse("join_company", args=[cafe.uid, alice.uid])
    assert "Alice Moreau belongs to Harbour Café." in client.post(join, follow=True).content.decode()
    assert belongs(alice) == "Harbour Café"
    leave = reverse("leave_company", args=[cafe.uid, alice.uid])
    answer = client.post(leave, follow=True).content.decode()
    assert belongs(alice) == "" and f'action="{join}"' in answer


def test_undo_of_a_move_leads_back_to_the_company_before(client, cafe, alice) -> None:
    put_into_company(contact=alice, company=cafe, by="Ada", at=clock.now() - timedelta(days=1))
    answer = client.post(reverse("company_of_person", args=[alice.uid]), {"company": "Quay House"}, follow=True)
    assert belongs(alice) == "Quay House"
    undo = reverse("join_company", args=[cafe.uid, alice.uid])
    assert f'action="{undo}"' in answer.content.decode()
    client.post(undo)
    assert belongs(alice) == "Harbour Café"


def test_taking_somebody_out_who_is_elsewhere_by_now_changes_nothing(client, cafe, alice) -> None:
    house = add_company(name="Quay House", by="Ada", at=clock.now())[0]
    put_into_company(contact=alice, company=house, by="Ada", at=clock.now())
    client.post(reverse("leave_company", args=[cafe.uid, alice.uid]))
    assert belongs(alice) == "Quay House"


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "nul\x00"])
def test_a_name_that_cannot_be_is_given_back_with_its_reason(client, cafe, name) -> None:
    for url in (reverse("new_company"), reverse("rename_company", args=[cafe.uid])):
        answer = client.post(url, {"name": name})
        assert answer.status_code == 400 and "errorlist" in answer.content.decode()
    assert [company.name for company in Company.objects.all()] == ["Harbour Café"]


def test_a_company_is_added_once_and_renamed(client, cafe) -> None:
    client.post(reverse("new_company"), {"name": "HARBOUR CAFÉ"})
    client.post(reverse("rename_company", args=[cafe.uid]), {"name": "Harbour House"})
    assert [company.name for company in Company.objects.all()] == ["Harbour House"]


def test_the_list_pages_by_name_and_is_searched_without_the_words_in_the_address(client, ada) -> None:
    Company.objects.bulk_create(Company(name=f"Café {number % 7:02}") for number in range(120))
    Company.objects.create(name="Zebra Books")
    seen: list[str] = []
    url = reverse("companies")
    while url:
        answer = client.get(url)
        seen += [company.name for company, _people in answer.context["rows"]]
        url = f"{reverse('companies')}?after={answer.context['next']}" if answer.context["next"] else ""
    assert len(seen) == 121 and seen == sorted(seen)
    found = client.post(reverse("find_companies"), {"q": "zebra"})
    assert "zebra" not in found.url
    assert [company.name for company, _people in client.get(found.url).context["rows"]] == ["Zebra Books"]


@pytest.mark.parametrize("after", ["x", "0f8fad5b-d9cb-469f-a165-70867728950e", "\x00"])
def test_a_place_that_does_not_exist_begins_at_the_top(client, cafe, after) -> None:
    assert "Harbour Café" in client.get(reverse("companies"), {"after": after}).content.decode()


def test_the_search_on_top_finds_companies_too(client, cafe) -> None:
    shown = client.post(reverse("find_people"), {"q": "harbour"}, follow=True).content.decode()
    assert reverse("company", args=[cafe.uid]) in shown


def test_somebody_erased_or_unknown_cannot_be_put_in(client, cafe, alice) -> None:
    Contact.objects.filter(pk=alice.pk).update(erased=clock.now())
    for person in (alice.uid, "0f8fad5b-d9cb-469f-a165-70867728950e"):
        assert client.post(reverse("join_company", args=[cafe.uid, person])).status_code == 404
    assert client.get(reverse("join_company", args=[cafe.uid, alice.uid])).status_code == 405
