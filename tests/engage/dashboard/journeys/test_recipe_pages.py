"""The pages of recipes: what each needs, whom it would have met, in which language, and where its draft opens."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.journeys import compiled
from campaigns.journeys.models import Journey
from campaigns.journeys.recipes import RECIPES
from campaigns.journeys.recipes.needs import EVENTS, Need
from crm.business.actions import update_business
from crm.business.models import User
from crm.catalog.models import Order, Product
from crm.contacts.models import Contact, Topic
from crm.events.models import Event
from crm.leaving.actions import tick
from crm.leaving.models import Kind
from crm.preferences.models import Preference, PreferenceKey
from engage.dashboard.journeys.needing import SOURCES
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.questions import STARS, published
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def olga(client) -> User:
    compiled.forget()
    Topic.objects.create(key="offers", label="Offers")
    olga = cast.olga()
    client.force_login(olga)
    return olga


def page(client: Client, name: str, *args, **query) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200, response.content.decode()
    return unescape(response.content.decode())


def happened(person: Contact, name: str, ago: timedelta = DAY, **properties) -> None:
    at = clock.now() - ago
    Event.objects.create(
        contact=person, recorded_for=person, message_id=f"{name}-{at}", kind="track", name=name, at=at,
        received=clock.now(), source="write", properties=properties,
    )  # fmt: skip


def ordered(person: Contact, ago: timedelta, number: str = "1") -> None:
    at = clock.now() - ago
    Order.objects.create(
        external_id=number, contact=person, recorded_for=person, at=at, total=9, currency="GBP", source="write"
    )


def told(person: Contact, key: PreferenceKey, value: str) -> None:
    Preference.objects.create(
        contact=person, recorded_for=person, key=key, value=value, kind="stated", rank=3, at=clock.now()
    )


def whole_shop(alice: Contact) -> None:
    """Everything that any recipe needs."""
    published(key="coffee")
    published(STARS, key="stars")
    PreferenceKey.objects.create(key="visit", label="Visit", type="date")
    Product.objects.create(external_id="b1", name="House blend", stock=3)
    ordered(alice, DAY)
    tick(kind=Kind.TAG, ref="stopping", label="stopping", by="Olga", at=clock.now())
    for names in EVENTS.values():
        happened(alice, names[0])


def test_a_new_shop_reads_what_each_recipe_needs_and_where_it_is_connected(client, olga):
    shown = page(client, "recipes")
    for recipe in RECIPES.values():
        assert str(recipe.title) in shown
    for source in SOURCES.values():
        assert f'href="{reverse(source.page)}">{source.action}' in shown
        assert client.get(reverse(source.page)).status_code == 200


def test_a_marketer_meets_no_page_that_only_owners_may_open(client, olga):
    client.force_login(cast.max_())
    shown = page(client, "recipes") + "".join(page(client, "recipe", slug) for slug in RECIPES)
    for url in set(re.findall(r'href="(/(?!static)[^"]*)"', shown)):
        assert client.get(url).status_code == 200, url
    assert "not there yet" in shown and "An owner can connect it." in shown


def test_nothing_is_said_to_be_missing_where_all_is_there(client, olga, alice):
    whole_shop(alice)
    shown = page(client, "recipes")
    for source in SOURCES.values():
        assert str(source.words) in shown and f"{source.words}: " not in shown


def test_orders_over_a_year_ago_are_none(client, olga, alice):
    ordered(alice, 400 * DAY)
    assert str(SOURCES[Need.ORDERS].connect) in page(client, "recipe", "gone-quiet")
    ordered(alice, 300 * DAY, "2")
    assert str(SOURCES[Need.ORDERS].connect) not in page(client, "recipe", "gone-quiet")


@pytest.mark.parametrize(("slug", "need"), [("welcome", "QUESTION"), ("review", "STARS"), ("reminder", "DATE")])
def test_a_recipe_that_cannot_be_written_yet_says_what_to_make_first(client, olga, slug, need):
    source = SOURCES[Need[need]]
    shown = page(client, "recipe", slug)
    assert str(source.connect) in shown and reverse(source.page) in shown and "<textarea" not in shown


@pytest.mark.parametrize("slug", RECIPES)
def test_each_recipe_is_saved_as_it_is_offered_and_its_draft_opens_as_a_flow(client, olga, alice, slug):
    whole_shop(alice)
    form = client.get(reverse("recipe", args=[slug])).context["form"]
    values = {name: form[name].value() for name in form.fields}
    values |= {"topic": "offers", "name": str(values["name"])}
    response = client.post(reverse("recipe", args=[slug]), values | {"go": "draft"})
    journey = Journey.objects.get()
    assert response.url == reverse("journey_flow", args=[journey.uid])
    assert client.get(response.url).status_code == 200
    again = client.get(reverse("edit_journey", args=[journey.uid])).context["form"]
    assert {name: again[name].value() for name in again.fields} == values


def test_how_many_it_would_have_met_is_said(client, olga, alice):
    ordered(alice, 70 * DAY)
    ordered(cast.bob(), 10 * DAY, "2")
    ordered(cast.carol(), 500 * DAY, "3")
    assert page(client, "recipe_people", "gone-quiet") == "1 person in the last year."
    happened(alice, "Signed Up")
    assert page(client, "recipe_people", "welcome", start="sign_up") == "1 person in the last year."
    assert page(client, "recipe_people", "welcome", start="permission") == "0 people in the last year."
    assert page(client, "recipe_people", "welcome", start="\0") == "0 people in the last year."
    assert client.get(reverse("recipe_people", args=["nothing"])).status_code == 404


@pytest.mark.parametrize(
    ("language", "form", "said"),
    [
        ("en", "you", "It has been a while"),
        ("es", "you", "Hace tiempo que no sabemos de ti"),
        ("es", "usted", "Hace tiempo que no sabemos de usted"),
        ("zh-hans", "nin", "有一段时间没有您的消息了"),
    ],
)
def test_the_text_is_in_the_shops_language_and_speaks_as_the_shop_does(client, olga, language, form, said):
    update_business(by="Olga", at=clock.now(), language=language, address_form=form)
    assert client.get(reverse("recipe", args=["gone-quiet"])).context["form"]["subject"].value() == said


def test_another_language_can_be_chosen_and_is_kept(client, olga):
    url = reverse("recipe", args=["gone-quiet"]) + "?language=es"
    form = client.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields} | {"topic": "offers", "days": 90, "text": "Hola."}
    client.post(url, values)
    journey = Journey.objects.get()
    edit = reverse("edit_journey", args=[journey.uid])
    kept = client.get(edit).context["form"]
    assert (kept["days"].value(), kept["text"].value()) == (90, "Hola.")
    english = client.get(edit, {"language": "en"}).context["form"]
    assert (english["days"].value(), english["subject"].value()) == (90, "It has been a while")


@pytest.mark.parametrize("query", [{"language": "tlh"}, {"language": "../en"}, {"date": "\0"}, {"question": "x"}])
def test_a_choice_that_there_is_not_changes_nothing(client, olga, alice, query):
    whole_shop(alice)
    for slug in RECIPES:
        asked = client.get(reverse("recipe", args=[slug]), query).context["form"]
        offered = client.get(reverse("recipe", args=[slug])).context["form"]
        assert [asked[name].value() for name in asked.fields] == [offered[name].value() for name in offered.fields]


def test_the_letter_cites_what_most_people_told_and_never_what_may_not_be_cited(client, olga, alice):
    roast = PreferenceKey.objects.create(key="roast", label="Roast", citable=True)
    allergy = PreferenceKey.objects.create(key="allergy", label="Allergy", sensitive=True, citable=True)
    PreferenceKey.objects.create(key="grind", label="Grind", citable=True)
    told(alice, roast, "dark")
    for person in (alice, cast.bob()):
        told(person, allergy, "nuts")
    text = client.get(reverse("recipe", args=["gone-quiet"])).context["form"]["text"].value()
    assert "{% recall roast %}" in text and "allergy" not in text


def test_a_question_with_stars_and_one_to_remember_are_told_apart(client, olga):
    published(STARS, key="stars")
    published(key="coffee")
    assert "{% question stars %}" in client.get(reverse("recipe", args=["review"])).context["form"]["text"].value()
    assert "{% question coffee %}" in client.get(reverse("recipe", args=["welcome"])).context["form"]["text"].value()


def test_a_date_that_only_owners_may_see_is_none_to_a_marketer(client, olga):
    PreferenceKey.objects.create(key="visit", label="Visit", type="date", seen_by="owners")
    assert client.get(reverse("recipe", args=["birthday"])).status_code == 200
    assert str(SOURCES[Need.DATE].connect) not in page(client, "recipe", "birthday")
    client.force_login(cast.max_())
    assert str(SOURCES[Need.DATE].connect) in page(client, "recipe", "birthday", date="visit")


def test_a_trial_says_about_how_long_somebody_waits(client, olga, alice):
    form = client.get(reverse("recipe", args=["gone-quiet"])).context["form"]
    values = {name: form[name].value() for name in form.fields} | {"topic": "offers", "go": "try"}
    url = client.post(reverse("recipe", args=["gone-quiet"]), values).url
    shown = client.get(url, {"person": alice.uid}).content.decode()
    assert re.search(r"6[01] days later", shown) and "30 days later" in shown and "seconds" not in shown


def test_agents_have_no_recipes(client, olga):
    client.force_login(cast.ada())
    for name, args in [("recipes", []), ("recipe", ["gone-quiet"]), ("recipe_people", ["gone-quiet"])]:
        assert client.get(reverse(name, args=args)).status_code == 403
    assert client.post(reverse("recipe", args=["gone-quiet"])).status_code == 403


def test_the_list_costs_the_same_however_much_there_is(client, olga, alice):
    published(key="first")
    few = queries_of(client, reverse("recipes"))
    whole_shop(alice)
    for number in range(5):
        published(key=f"more-{number}")
    assert queries_of(client, reverse("recipes")) == few
