"""Where people come from: a chart whose title is what it shows, and links that say so themselves."""

from xml.etree import ElementTree

import pytest
from django.urls import reverse

from crm.contacts.actions.origins import Arrival, note_arrivals
from crm.contacts.origins import Came, came
from tests import cast
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db
INSTAGRAM, GUIDE = Came("social", "instagram"), Came("site", "guide.example")


def arrive(*origins: Came) -> None:
    people = [cast.contact(f"Person {number}") for number in range(len(origins))]
    note_arrivals(Arrival(who.pk, who.pk, cast.NOON, origin) for who, origin in zip(people, origins, strict=True))


def shown(client, **query: str) -> str:
    return client.get(reverse("origins"), query).content.decode()


def test_the_title_is_the_finding_and_each_bar_leads_to_the_people(client, ada) -> None:
    assert "Nobody knows yet where people come from" in shown(client)
    arrive(INSTAGRAM, INSTAGRAM, GUIDE)
    page = shown(client)
    assert "People come from Instagram and guide.example" in page
    assert "Person 2" in client.get(f"{reverse('people')}?from=site%3Aguide.example").content.decode()
    arrive(*[INSTAGRAM] * 3)
    assert "Most people come from Instagram" in shown(client)


def test_it_takes_as_many_queries_however_many_come(client, ada) -> None:
    arrive(INSTAGRAM)
    few = queries_of(client, reverse("origins"))
    arrive(*[Came("site", f"site-{number}.example") for number in range(30)])
    assert queries_of(client, reverse("origins")) == few


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"place": "Instagram", "campaign": "Spring sale"}, Came("social", "instagram", "", "Spring sale")),
        ({"place": "shop window", "printed": "on"}, Came("qr", "shop window", "qr")),
    ],
)
def test_a_link_is_read_as_what_it_was_made_for(client, ada, asked: dict, expected: Came) -> None:
    answer = client.get(reverse("origins"), {"address": "https://tea.example/green?size=2&utm_source=old#top", **asked})
    link = answer.context["form"].link()
    assert link.startswith("https://tea.example/green?size=2&utm_source=") and link.endswith("#top")
    assert came({"page": {"url": link}}) == expected


@pytest.mark.parametrize(
    "address", ["", "javascript:alert(1)", "https://", "no address", "https://tea.example/" + "x" * 600]
)
def test_what_is_no_address_is_given_back_with_its_reason(client, ada, address: str) -> None:
    answer = client.get(reverse("origins"), {"address": address, "place": "leaflet"})
    assert answer.status_code == 400 and "errorlist" in answer.content.decode()


def test_a_person_says_where_they_came_from_in_words(client, ada, alice) -> None:
    note_arrivals(
        [
            Arrival(alice.pk, alice.pk, cast.NOON, Came("social", "instagram", campaign="spring")),
            Arrival(alice.pk, alice.pk, cast.NOON.replace(day=9), Came("search", "google")),
        ]
    )
    page = client.get(reverse("person", args=[alice.uid])).content.decode()
    assert "First came from Instagram (campaign spring)" in page and "last from Google" in page


def test_whoever_is_added_by_hand_came_from_a_colleague(client, ada) -> None:
    client.post(reverse("new_person"), {"name": "Dora Lane", "language": "en"})
    assert "a colleague who added them" in shown(client)


PRINTED = {"address": "https://tea.example/green", "place": "shop window", "printed": "on"}


def test_a_printed_link_is_shown_as_a_picture_that_can_be_saved(client, ada) -> None:
    page = client.get(reverse("origins"), PRINTED)
    picture = client.get(page.context["qr"])
    assert picture["Content-Type"] == "image/svg+xml" and "<img" in page.content.decode()
    [lines] = [node for node in ElementTree.fromstring(picture.content).iter() if node.get("class") == "qrline"]
    others = client.get(reverse("qr_code"), PRINTED | {"place": "leaflet"}).content.decode()
    assert len(lines.get("d")) > 500 and lines.get("d") not in others


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "https://", "https://a.example/" + "x" * 600])
def test_what_is_no_link_has_no_picture(client, ada, address: str) -> None:
    assert client.get(reverse("qr_code"), PRINTED | {"address": address}).status_code == 404


def test_a_stranger_gets_no_picture(client) -> None:
    assert client.get(reverse("qr_code"), PRINTED).status_code == 302
