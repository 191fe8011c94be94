"""The list is narrowed by choices that stand above it in plain words, each of which can be taken away."""

from datetime import timedelta

import pytest
from django.urls import reverse

from crm.contacts.actions import pause, record_consent
from crm.contacts.actions.origins import Arrival, note_arrivals
from crm.contacts.models import Company, Contact, Topic
from crm.contacts.origins import Came
from crm.preferences.actions import Statement, remember
from crm.preferences.models import PreferenceKey
from engage.lib import clock
from tests import cast
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people(client) -> dict[str, Contact]:
    """Alice may be written to, drinks oat milk and was here today; Bob works at the café, paused, and is long gone."""
    client.force_login(cast.ada())
    now = clock.now()
    alice, bob, carol = cast.alice(), cast.bob(), cast.carol()
    offers = Topic.objects.create(key="offers", label="Offers")
    record_consent(contact=alice, topic=offers, state="granted", how="form", at=now)
    record_consent(contact=bob, topic=offers, state="granted", how="form", at=now - timedelta(days=9))
    record_consent(contact=bob, topic=offers, state="withdrawn", how="link", at=now)
    PreferenceKey.objects.create(key="milk", label="Milk")
    remember([Statement(alice.pk, alice.pk, "milk", "oat milk", "stated", now, "survey", source_id="1")], at=now)
    pause(contact=bob, until=now + timedelta(days=5), by="Ada", at=now)
    pause(contact=carol, until=None, by="Ada", at=now)
    arrivals = [(alice, "social", "instagram", 2), (alice, "search", "google", 1), (bob, "search", "google", 2)]
    note_arrivals(
        Arrival(who.pk, who.pk, now - timedelta(days=days), Came(kind, source)) for who, kind, source, days in arrivals
    )
    cafe = Company.objects.create(name="Harbour Café")
    Contact.objects.filter(pk=alice.pk).update(last_seen=now)
    Contact.objects.filter(pk=bob.pk).update(last_seen=now - timedelta(days=100), company=cafe)
    return {"Alice": alice, "Bob": bob, "Carol": carol}


@pytest.mark.parametrize(
    ("query", "who", "words"),
    [
        ({"permission": "offers:yes"}, {"Alice"}, "We may write about Offers"),
        ({"permission": "offers:no"}, {"Bob"}, "They do not want Offers"),
        ({"permission": "offers:never"}, {"Carol"}, "Never asked about Offers"),
        ({"language": "en"}, {"Alice"}, "Language: English"),
        ({"country": "gb"}, {"Alice"}, "Country: GB"),
        ({"from": "social:instagram"}, {"Alice"}, "First came from Instagram"),
        ({"from": "search"}, {"Bob"}, "First came from a search engine"),
        ({"from": "site:nowhere.example"}, set(), "First came from nowhere.example"),
        ({"seen": "30"}, {"Alice"}, "Seen in the last 30 days"),
        ({"quiet": "90"}, {"Bob", "Carol"}, "Not seen for 90 days"),
        ({"told": "1"}, {"Alice"}, "Has told us something"),
        ({"told": "milk"}, {"Alice"}, "We know: Milk"),
        ({"told": "milk:oat milk"}, {"Alice"}, "Milk: oat milk"),
        ({"told": "milk:soy"}, set(), "Milk: soy"),
        ({"held": "paused"}, {"Bob"}, "Paused"),
        ({"held": "stopped"}, {"Carol"}, "Stopped"),
        ({"quiet": "90", "held": "paused"}, {"Bob"}, "Not seen for 90 days"),
    ],
)
def test_a_choice_shows_whom_it_fits_and_says_so(client, query, who, words) -> None:
    page = client.get(reverse("people"), query).content.decode()
    assert {name for name in ("Alice", "Bob", "Carol") if f">{name} " in page} == who
    assert words in page


def test_a_company_is_a_choice(client) -> None:
    page = client.get(reverse("people"), {"company": str(Company.objects.get().uid)}).content.decode()
    assert "Bob Stone" in page and "Alice Moreau" not in page and "Company: Harbour Café" in page


@pytest.mark.parametrize(
    "query",
    [
        {"group": "x"},
        {"group": "0f8fad5b-d9cb-469f-a165-70867728950e"},
        {"company": "1"},
        {"permission": "offers"},
        {"permission": "gifts:yes"},
        {"seen": "-1"},
        {"quiet": "٣٠"},
        {"told": "roast"},
        {"held": "up"},
        {"from": "moon"},
    ],
)
def test_a_choice_that_does_not_exist_is_a_page_that_does_not(client, query) -> None:
    assert client.get(reverse("people"), query).status_code == 404


@pytest.mark.parametrize("value", ["\x00", "'", "%", "x" * 9000])
def test_no_choice_of_any_shape_makes_an_error(client, value) -> None:
    for key in (
        "group",
        "permission",
        "language",
        "country",
        "company",
        "seen",
        "quiet",
        "told",
        "held",
        "from",
        "found",
    ):
        assert client.get(reverse("people"), {key: value}).status_code in (200, 404)


def test_what_a_form_left_empty_does_not_stay_in_the_address(client) -> None:
    answer = client.get(reverse("people"), {"language": "en", "country": "", "told": ""})
    assert answer.url == f"{reverse('people')}?language=en"


def test_a_choice_is_taken_away_alone(client) -> None:
    page = client.get(reverse("people"), {"language": "en", "told": "1"}).content.decode()
    assert 'href="?told=1"' in page and 'href="?language=en"' in page


def test_the_dialog_offers_what_there_is_and_keeps_what_is_chosen(client) -> None:
    page = client.get(reverse("filter_people"), {"told": "milk", "found": "abc"}).content.decode()
    assert '<option value="milk" selected>Milk</option>' in page and "Harbour Café" in page
    assert '<input type="hidden" name="found" value="abc">' in page


def test_filters_cost_as_many_queries_for_thirty_people_as_for_one(client) -> None:
    url = f"{reverse('people')}?permission=offers:never&quiet=30"
    before = queries_of(client, url)
    for number in range(30):
        cast.contact(f"Person {number}")
    assert queries_of(client, url) == before == 17
