"""Everyone we know: found by what one remembers of them, and listed at the same cost however many there are."""

from datetime import timedelta

import pytest
from django.urls import reverse

from crm.contacts.actions import merge
from crm.contacts.models import Contact, Identity
from crm.lists.finding import everyone
from crm.lists.paging import page_of_people
from tests import cast
from tests.engage.dashboard.counting import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ada")]


def page_of(client, **query) -> str:
    return client.get(reverse("people"), query).content.decode()


def page_found(client, search: str) -> str:
    return client.post(reverse("find_people"), {"q": search}, follow=True).content.decode()


@pytest.mark.parametrize("search", ["alice", "ALICE MOR", "moreau", "alice@shop", "shop.example", "Alice Moreau"])
def test_somebody_is_found_by_name_and_by_part_of_the_address(client, search):
    cast.alice()
    assert "Alice Moreau" in page_found(client, search)


def test_what_is_searched_for_stands_in_no_address(client):
    cast.alice()
    response = client.post(reverse("find_people"), {"q": "alice@shop.example"})
    assert response.status_code == 302 and "alice" not in response.url
    assert "alice@shop.example" in client.get(response.url).content.decode()


def test_a_search_belongs_to_whoever_made_it(client):
    cast.alice()
    cast.bob()
    url = client.post(reverse("find_people"), {"q": "alice"}).url
    assert "Bob Stone" not in client.get(url).content.decode()
    client.force_login(cast.max_())
    assert "Bob Stone" in client.get(url).content.decode()


def test_somebody_is_found_by_the_phone_as_it_is_dialled(client):
    bob = cast.bob()
    Identity.objects.create(contact=bob, recorded_for=bob, kind="phone", value="+447700900123", proof="staff")
    assert "Bob Stone" in page_found(client, "07700 900123")


@pytest.mark.parametrize("search", ["%", "_", "\\", "\x00", "x" * 500, "' OR 1=1 --"])
def test_a_search_is_words_and_nothing_else(client, search):
    cast.alice()
    response = client.post(reverse("find_people"), {"q": search}, follow=True)
    assert response.status_code == 200
    assert ("Alice Moreau" in response.content.decode()) is (search == "\x00")


def test_nobody_found_says_what_to_do(client):
    assert "Nobody found." in page_found(client, "zzz")


def test_an_empty_shop_says_what_to_do(client):
    assert "Nobody here yet." in page_of(client)


def test_whoever_was_merged_or_erased_is_not_listed(client):
    alice, bob, carol = cast.alice(), cast.bob(), cast.carol()
    merge(survivor=alice, absorbed=bob, by="Ada", at=cast.NOON)
    Contact.objects.filter(pk=carol.pk).update(erased=cast.NOON)
    page = page_of(client)
    assert "Alice Moreau" in page and "Bob Stone" not in page and "Carol Vance" not in page


def test_unknown_visitors_have_a_list_of_their_own(client):
    visitor = Contact.objects.create(last_seen=cast.NOON)
    Identity.objects.create(contact=visitor, recorded_for=visitor, kind="anonymous", value="a-1", proof="device")
    assert "Somebody we do not know yet" not in page_of(client)
    assert "Somebody we do not know yet" in page_of(client, visitors=1)


@pytest.mark.parametrize("seen", [0, 3, 7])
def test_paging_shows_everybody_once_the_last_seen_first(seen):
    for number in range(7):
        at = cast.NOON + timedelta(hours=number // 2) if number < seen else None
        cast.contact(f"Person {number}", last_seen=at)
    cursor, back, shown, pages = "", [], [], 0
    while pages == 0 or cursor:
        page = page_of_people(everyone(), cursor, size=2)
        cursor, pages = page.next, pages + 1
        shown += page.rows
        back.append(page.previous)
    assert len(shown) == len(set(shown)) == 7
    times = [contact.last_seen for contact in shown if contact.last_seen]
    assert times == sorted(times, reverse=True) and all(c.last_seen for c in shown[:seen])
    assert page_of_people(everyone(), back[0], size=2).previous == "" and back[0] == ""
    assert page_of_people(everyone(), back[2], size=2).rows == shown[2:4]
    assert page_of_people(everyone(), back[3], size=2).rows == shown[4:6]
    assert page_of_people(everyone(), back[1], size=2).previous == ""


@pytest.mark.parametrize("cursor", ["nonsense", "unseen", "unseenx", "2026-05-04_3", "_", "9999-99-99T00:00+00:00_1"])
def test_a_cursor_that_cannot_be_read_begins_at_the_top(client, cursor):
    cast.alice()
    assert "Alice Moreau" in page_of(client, cursor=cursor)


def test_the_list_takes_as_many_queries_for_thirty_people_as_for_one(client):
    cast.alice()
    assert queries_of(client, reverse("people")) == 16
    for number in range(30):
        cast.contact(f"Person {number}", f"p{number}@shop.example")
    assert queries_of(client, reverse("people")) == 16


def test_a_person_is_added_with_what_we_know(client):
    form = {"name": "Maya Lindqvist", "email": "Maya@Shop.Example", "phone": "07700 900123", "language": "es"}
    response = client.post(reverse("new_person"), form)
    maya = Contact.objects.get()
    assert response.url == reverse("person", args=[maya.uid])
    assert (maya.name, maya.first_name, maya.language) == ("Maya Lindqvist", "Maya", "es")
    assert set(maya.identities.values_list("value", "proof")) == {
        ("maya@shop.example", "staff"),
        ("+447700900123", "staff"),
    }


def test_a_name_alone_will_do(client):
    client.post(reverse("new_person"), {"name": "The lady with the dog"})
    assert Contact.objects.get().name == "The lady with the dog"


def test_somebody_we_know_is_shown_instead_of_added_twice(client):
    alice = cast.alice()
    response = client.post(reverse("new_person"), {"name": "A. Moreau", "email": "alice@shop.example"})
    assert response.url == reverse("person", args=[alice.uid])
    assert Contact.objects.get().name == "Alice Moreau"


@pytest.mark.parametrize(("field", "value"), [("email", "maya"), ("phone", "12"), ("name", ""), ("language", "xx")])
def test_what_cannot_be_read_comes_back_filled_in(client, field, value):
    form = {"name": "Maya", "email": "maya@shop.example", "phone": "", "language": ""} | {field: value}
    response = client.post(reverse("new_person"), form)
    assert response.status_code == 400 and "errorlist" in response.content.decode()
    assert not Contact.objects.exists()
