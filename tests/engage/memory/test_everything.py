"""With the code: every item in plain words, and the customer's word over it."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from campaigns.offers.actions import Terms, give, make
from campaigns.offers.links import offer_url
from crm.business.queries import forget_cached
from crm.catalog.models import Order, OrderLine
from crm.contacts.actions import Owner
from crm.preferences import recall
from crm.preferences.models import Preference, PreferenceKey
from engage.lib import clock, tokens
from engage.memory.links import Guest, sign_proof
from engage.memory.remembered import months
from tests.campaigns.contests import contesting
from tests.campaigns.contests.contesting import entered
from tests.engage.memory.memories import open_memory, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def proof(alice, message) -> str:
    return sign_proof(Guest(alice, str(message.uid), expired=False), clock.now())


@pytest.fixture
def opened(proof) -> str:
    return f"/m/all/{proof}/"


def active(contact, key: str = "milk") -> Preference:
    return Preference.objects.get(contact=contact, key__key=key, state="active")


def test_each_item_says_who_said_it_where_and_what_it_is_used_for(client, opened, alice):
    told(alice)
    told(alice, "espresso", key="roast", kind="observed", source_kind="rule", words="", question="")
    text = client.get(opened).content.decode()
    assert "you told us" in text and "we noticed" in text
    assert "“Your coffee”" in text and "may mention it in a message" in text and "from what you bought" in text


def test_an_empty_memory_says_so(client, opened):
    assert "We remember nothing about you yet" in client.get(opened).content.decode()


def test_a_correction_outranks_all_but_her_own_later_word(client, opened, alice):
    client.post(f"{opened}{told(alice).uid}/correct", {"value": "soy milk"})
    told(alice, "whole milk", at=clock.now(), source_kind="counter")
    assert (active(alice).value, active(alice).rank) == ("soy milk", Preference.Rank.CORRECTED)
    told(alice, "rice milk", at=clock.now(), source_kind="survey")
    assert active(alice).value == "rice milk"


def test_dont_mention_keeps_it_known_and_uncited(client, opened, alice):
    milk = told(alice)
    client.post(f"{opened}{milk.uid}/mute")
    assert recall.recall([alice.pk], ["milk"], at=clock.now()) == {}
    assert "You asked us not to mention it" in client.get(opened).content.decode()
    client.post(f"{opened}{milk.uid}/mention")
    assert recall.recall([alice.pk], ["milk"], at=clock.now())[alice.pk]["milk"].value == "oat milk"


def test_what_is_forgotten_leaves_no_words(client, opened, alice):
    told(alice, "whole milk", at=clock.now() - timedelta(days=9))
    client.post(f"{opened}{told(alice).uid}/forget")
    assert set(Preference.objects.values_list("state", "value", "words")) == {("forgotten", "", "")}
    assert "milk" not in client.get(opened).content.decode()


@pytest.mark.parametrize("value", ["", "   ", "\x00", "x" * 201])
def test_a_correction_that_says_nothing_comes_back_with_the_reason(client, opened, alice, value):
    response = client.post(f"{opened}{told(alice).uid}/correct", {"value": value})
    assert response.status_code == 400 and "Write what is right" in response.content.decode()
    assert active(alice).value == "oat milk"


@pytest.mark.parametrize("act", ["correct", "mute", "mention", "forget"])
def test_nobody_can_touch_what_we_remember_about_another(client, opened, bob, act):
    bobs = told(bob)
    client.post(f"{opened}{bobs.uid}/{act}", {"value": "mine"})
    assert (active(bob).value, active(bob).mention) == ("oat milk", True)


@pytest.mark.parametrize("act", ["correct", "mute", "mention", "forget", "device"])
def test_nothing_changes_by_get(client, opened, alice, act):
    uid = told(alice).uid
    path = f"{opened}{act}" if act == "device" else f"{opened}{uid}/{act}"
    assert client.get(path).status_code == 405


def test_an_hour_later_the_code_is_needed_again_and_nothing_was_changed(client, alice, message):
    old = sign_proof(Guest(alice, str(message.uid), expired=False), clock.now() - timedelta(hours=2))
    milk = told(alice)
    for response in (client.get(f"/m/all/{old}/"), client.post(f"/m/all/{old}/{milk.uid}/forget")):
        assert response.status_code == 303 and response["Location"].startswith("/m/")
        assert "ask for a new one" in client.get(response["Location"]).content.decode()
    assert active(alice)


def test_a_link_of_a_message_is_no_proof(client, alice, message, link):
    for token in (link.removeprefix("/m/"), "nonsense", tokens.sign("proof", str(alice.uid))):
        assert client.get(f"/m/all/{token}/").status_code == 404


def test_orders_are_shown_with_what_was_bought(client, opened, alice):
    order = Order.objects.create(
        external_id="1", contact=alice, recorded_for=alice, at=clock.now(), total=Decimal("18.50"), currency="GBP"
    )
    OrderLine.objects.create(order=order, position=1, name="House blend", quantity=2, price=Decimal("9.25"))
    text = client.get(opened).content.decode()
    assert "18.50 GBP" in text and "2 × House blend" in text


def test_the_file_holds_all_of_hers_and_nothing_of_anybody_elses(client, opened, alice, bob):
    told(alice)
    told(bob, "whole milk")
    response = client.get(f"{opened}export")
    data = json.loads(response.content)
    assert response["Content-Disposition"].startswith("attachment")
    assert data["remembered"][0]["words"] == "oat milk, please" and data["person"]["name"] == "Alice Moreau"
    assert data["known_by"][0]["value"] == "alice@shop.example" and data["messages"][0]["subject"] == "One question"
    assert "bob" not in response.content.decode().lower() and "whole" not in response.content.decode()


def test_erasing_needs_a_tick_and_then_leaves_nothing(client, opened, alice, link):
    told(alice)
    assert client.get(f"{opened}erase").status_code == 200 and client.post(f"{opened}erase").status_code == 400
    assert active(alice)
    assert "Nothing about you is left" in client.post(f"{opened}erase", {"sure": "1"}).content.decode()
    alice.refresh_from_db()
    assert (alice.name, Preference.objects.count(), alice.identities.count()) == ("", 0, 0) and alice.erased
    assert client.get(opened).status_code == client.get(link).status_code == 404


def test_markup_in_what_was_said_stays_words(client, opened, alice):
    told(alice, "<script>alert(1)</script>")
    assert "<script>alert" not in client.get(opened).content.decode()


def test_many_memories_cost_no_more_queries_than_one(client, opened, alice, django_assert_num_queries):
    for number in range(12):
        told(alice, key=f"key_{number}")
    client.get(opened)
    forget_cached()
    with django_assert_num_queries(11):
        client.get(opened)
    assert PreferenceKey.objects.count() == 12


def test_ask_me_again_in_june_is_kept_and_said(client, opened, alice):
    milk = told(alice)
    month = months(clock.now())[6]
    page = client.post(f"{opened}{milk.uid}/later", {"month": month.isoformat()}, follow=True).content.decode()
    assert f"We do not ask you again before {month:%B %Y}." in page
    milk.refresh_from_db()
    assert milk.ask_again == month


@pytest.mark.parametrize("month", ["", "June", "2999-01-01", "2020-01-01", "x" * 999])
def test_a_month_that_was_not_offered_changes_nothing(client, opened, alice, month):
    milk = told(alice)
    assert client.post(f"{opened}{milk.uid}/later", {"month": month}).status_code == 303
    milk.refresh_from_db()
    assert milk.ask_again is None


def test_a_correction_that_does_not_fit_says_what_would(client, opened, alice):
    PreferenceKey.objects.create(key="shoe", label="Shoe", type="number")
    shoe = told(alice, "38", key="shoe")
    page = client.post(f"{opened}{shoe.uid}/correct", {"value": "about forty"})
    assert page.status_code == 400 and "Write a number" in page.content.decode()
    assert active(alice, "shoe").value == "38"


def test_what_we_noticed_says_why(client, opened, alice):
    told(alice, "Tea", kind="observed", source_kind="rule", words="", reason="bought from Tea 3 times in 90 days")
    assert "Why: bought from Tea 3 times in 90 days." in client.get(opened).content.decode()


def test_what_is_too_old_is_said_to_be_used_as_it_is(client, link, alice):
    told(alice, at=clock.now() - timedelta(days=900))
    page = client.get(open_memory(client, link)).content.decode()
    assert "perhaps out of date" in page and "do not mention it before you say it is still right" in page
    assert "may mention it in a message" not in page


def test_forgetting_says_first_that_it_is_for_good_also_without_script(client, link, alice):
    told(alice)
    page = client.get(open_memory(client, link)).content.decode()
    asked, done = page.index('<summary class="button">Forget it</summary>'), page.index("Forget it for good</button>")
    assert asked < done and "It is blanked" in page[asked:done]


def test_what_we_gave_and_what_they_entered_stands_there_with_its_page(client, opened, alice):
    tea = make(terms=Terms("A tea on us"), by="Olga", at=clock.now())
    gift = give(offer=tea, owner=Owner(alice.pk, alice.pk), cause="hand:1", at=clock.now())
    entered(contesting.opened(), alice, caption="My table")
    text = client.get(opened).content.decode()
    assert "A tea on us" in text and offer_url(gift) in text
    assert "/contest/summer_tables/" in text and "My table" in text and "shown" in text
