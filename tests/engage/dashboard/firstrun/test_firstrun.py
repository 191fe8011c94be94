"""The first run: the demo, erased whole; four pages; and the message to yourself."""

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from campaigns.surveys.models import Survey
from crm.business import actions, queries
from crm.business.models import Business, User
from crm.contacts.models import Consent, Contact, Topic
from crm.dialogue.models import Message, Occasion, Outbox
from crm.events.models import Event
from crm.preferences.models import Preference, PreferenceKey
from engage.dashboard.firstrun import loading, views
from engage.dashboard.firstrun.defaults import lay_defaults
from engage.dashboard.firstrun.erase import KEPT, NotADemo, erase_demo, tables
from engage.dashboard.firstrun.letter import write_to_yourself
from engage.lib import clock, sql
from tests import cast

DEFAULTS = {
    "crm_business_business": 1,
    "crm_contacts_topic": 2,
    "crm_dialogue_savedreply": 8,
    "crm_preferences_preferencekey": 4,
    "crm_segments_observedrule": 4,
    "crm_segments_segment": 5,
}
YOU = {"name": "Olga Marsh", "email": "Olga@Shop.Example", "password": "three quiet kettles"}
SHOP = {
    "name": "Quay Lane",
    "country": "ES",
    "one_word": "coffee",
    "colour": "#1F6F5C",
    "postal_address": "4 Quay Lane",
    "address_form": "tu",
}


def counted() -> dict[str, int]:
    """How many rows each table has."""
    parts = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables())
    return dict(sql.rows(parts))


@pytest.fixture
def demo(db) -> Contact:
    """A little of everything that a demo writes."""
    actions.update_business(by="seed", at=clock.now(), name="The demo", demo=True)
    cast.olga()
    alice = cast.alice()
    topic, _ = Topic.objects.get_or_create(key="offers", defaults={"label": "Offers"})
    now = clock.now()
    Consent.objects.create(contact=alice, recorded_for=alice, topic=topic, state="granted", how="form", at=now)
    milk = PreferenceKey.objects.create(key="milk", label="Milk")
    Preference.objects.create(
        contact=alice, recorded_for=alice, key=milk, value="oat", kind="stated", rank=3, source_kind="survey", at=now
    )
    Event.objects.create(
        contact=alice,
        recorded_for=alice,
        message_id="m",
        kind="track",
        name="Seen",
        at=now,
        received=now,
        source="site",
    )
    connection.check_constraints()  # what waits for the end of the test's transaction would keep tables in use
    return alice


def test_erasing_the_demo_leaves_what_every_house_has(demo: Contact) -> None:
    before = counted()
    assert before["crm_contacts_contact"] and before["crm_events_event"] and before["crm_business_user"]
    with transaction.atomic():
        erase_demo()
    assert {table: count for table, count in counted().items() if count} == DEFAULTS


def test_what_every_house_has_speaks_the_shops_language(db) -> None:
    with translation.override("es"):
        in_spanish = gettext("Offers")
    lay_defaults(at=clock.now())
    Topic.objects.filter(key="news").update(label="From the roastery")
    actions.update_business(by="test", at=clock.now(), language="es")
    lay_defaults(at=clock.now())
    assert [topic.label for topic in Topic.objects.all()] == [in_spanish, "From the roastery"]


def test_only_the_tables_of_the_program_itself_are_kept(db) -> None:
    assert {"django_migrations", "django_content_type", "auth_permission"} == KEPT
    assert {"django_session", "crm_contacts_contact", "mfa_authenticator"} <= set(tables())


def test_a_real_shop_is_never_erased(demo: Contact) -> None:
    actions.update_business(by="test", at=clock.now(), demo=False)
    with pytest.raises(NotADemo):
        erase_demo()
    assert Contact.objects.filter(pk=demo.pk).exists()


def test_an_empty_house_begins_with_the_first_page(client: Client, db) -> None:
    answer = client.get(reverse("home"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("start")
    assert "Set up my own" in answer.content.decode()


def test_four_pages_lead_to_a_shop_with_an_owner(client: Client, db) -> None:
    answer = client.post(reverse("start_you"), YOU)
    assert answer.url == reverse("start_shop")
    assert client.post(reverse("start_shop"), SHOP).url == reverse("start_people")
    assert client.get(reverse("start_people")).status_code == 200
    assert client.post(reverse("start_write")).url == reverse("start_write")
    shop = queries.fresh_business()
    assert (shop.name, shop.timezone, shop.currency, shop.language) == ("Quay Lane", "Europe/Madrid", "EUR", "es")
    assert shop.sender_name == "Olga Marsh"
    assert not shop.live
    assert User.objects.get().email == "olga@shop.example"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"password": "short"}, "too short"),
        ({"email": "olga"}, "valid email"),
        ({"name": ""}, "required"),
        ({"password": "olga@shop.example"}, "too similar"),
    ],
)
def test_what_does_not_hold_comes_back_filled_in(client: Client, db, wrong: dict[str, str], message: str) -> None:
    page = client.post(reverse("start_you"), YOU | wrong).content.decode()
    assert message in page
    assert not User.objects.exists()
    if "name" not in wrong:
        assert 'value="Olga Marsh"' in page


def test_a_second_owner_cannot_be_made_by_a_stranger(client: Client, db) -> None:
    cast.olga()
    assert client.post(reverse("start_you"), YOU).url == reverse("home")
    with pytest.raises(actions.AlreadyOwned):
        actions.make_first_owner(email="eve@x.example", name="Eve", password="p", at=clock.now())
    assert User.objects.count() == 1


def test_the_demo_is_open_at_this_computer_only(client: Client, demo: Contact) -> None:
    assert "Look round the demo shop" in client.get(reverse("start")).content.decode()
    far = Client(REMOTE_ADDR="203.0.113.9")
    assert far.get(reverse("start")).url == reverse("home")
    assert far.post(reverse("start_demo")).url == reverse("home")
    assert far.post(reverse("start_own")).url == reverse("home")
    assert Contact.objects.exists()


def test_looking_round_signs_in_as_the_demos_owner(client: Client, demo: Contact) -> None:
    assert client.post(reverse("start_demo")).url == reverse("home")
    assert client.get(reverse("home")).status_code == 200


def test_an_empty_house_brings_the_demo_in_once(db, monkeypatch) -> None:
    client = Client(REMOTE_ADDR="203.0.113.9")
    brought = []
    monkeypatch.setattr(views.load_demo, "delay", lambda: brought.append(1))
    cache.clear()
    for _ in range(2):
        assert client.post(reverse("start_demo")).url == reverse("start_loading")
    assert brought == [1]
    assert "is being brought in" in client.get(reverse("start_loading")).content.decode()
    assert client.get(reverse("start_loading"), headers={"HX-Request": "true"}).status_code == 204
    monkeypatch.setattr(loading, "call_command", lambda *args, **kwargs: seed())
    loading.load()
    page = client.get(reverse("start_loading"), headers={"HX-Request": "true"}).content.decode()
    assert "Look round" in page
    assert client.post(reverse("start_demo")).url == reverse("home")


def seed() -> None:
    actions.update_business(by="seed", at=clock.now(), demo=True)
    cast.olga()


def test_a_demo_that_could_not_be_brought_in_is_said(client: Client, db) -> None:
    cache.clear()
    assert "could not be brought in" in client.get(reverse("start_loading")).content.decode()


def test_looking_round_opens_no_real_shop(client: Client, db) -> None:
    cast.olga()
    actions.update_business(by="test", at=clock.now(), name="Quay Lane")
    assert client.post(reverse("start_demo")).url == reverse("home")
    assert client.get(reverse("home")).status_code == 302


def test_nothing_is_erased_by_looking_at_the_page(client: Client, demo: Contact) -> None:
    assert client.get(reverse("start_own")).status_code == 200
    assert Contact.objects.exists()


def test_start_with_my_own_erases_and_begins(client: Client, demo: Contact) -> None:
    client.post(reverse("start_demo"))
    assert client.post(reverse("start_own")).url == reverse("start_you")
    assert not Contact.objects.exists()
    assert client.get(reverse("start_you")).status_code == 200


@pytest.fixture
def shop(db) -> Business:
    return actions.update_business(by="test", at=clock.now(), name="Quay Lane", one_word="Coffee")


def test_the_letter_to_yourself_is_due_once_with_one_question(shop: Business) -> None:
    olga, at = cast.olga(), cast.NOON
    message = write_to_yourself(user=olga, business=shop, at=at)
    assert write_to_yourself(user=olga, business=shop, at=at) == message
    assert Outbox.objects.filter(message=message).exists()
    assert Occasion.objects.get(origin="yourself").due == 1
    assert message.klass == Message.Class.TRANSACTIONAL
    assert message.contact.identities.get().value == olga.email
    question = Survey.objects.get(key="welcome").current.definition["questions"][0]
    assert [choice["label"] for choice in question["choices"]] == ["oat milk", "cow's milk", "no milk"]


def test_a_shop_without_coffee_asks_something_else(shop: Business) -> None:
    shop.one_word = "bicycles"
    write_to_yourself(user=cast.olga(), business=shop, at=cast.NOON)
    question = Survey.objects.get(key="welcome").current.definition["questions"][0]
    assert question["text"] == "For whom do you buy most?"


def test_the_page_says_what_was_told_as_soon_as_it_is_known(client: Client, shop: Business) -> None:
    olga = cast.olga()
    client.force_login(olga)
    message = write_to_yourself(user=olga, business=shop, at=clock.now())
    heard = reverse("start_heard")
    assert "being written" in client.get(heard).content.decode()
    Message.objects.filter(pk=message.pk).update(state="kept", settled=clock.now())
    assert "It is in your Outbox" in client.get(heard).content.decode()
    assert client.get(heard + "?seen=ready").status_code == 204
    Preference.objects.create(
        contact=message.contact,
        recorded_for=message.contact,
        key=PreferenceKey.objects.get(key="milk"),
        value="oat milk",
        kind="stated",
        rank=3,
        words="oat milk",
        source_kind="survey",
        at=clock.now(),
    )
    page = client.get(heard + "?seen=ready").content.decode()
    assert "You told us:" in page
    assert "oat milk" in page
