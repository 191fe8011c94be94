"""One memory: what a server, a file or a colleague says of somebody is a preference; attributes are made of these."""

import json
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from crm.contacts.actions import hold, merge, undo_merge
from crm.contacts.models import Contact
from crm.contacts.traits import Trait, remember_traits
from crm.events import actions as events
from crm.preferences.actions import Statement, correct, forget, postpone, remember
from crm.preferences.models import Preference, PreferenceKey
from crm.preferences.recall import known
from engage import listen
from engage.lib import clock, sql
from tests import cast

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def identify(**traits: object) -> Contact:
    call = {"type": "identify", "userId": "u1", "traits": traits}
    events.accept(source="write", call="batch", body=json.dumps({"batch": [call]}), events=1)
    listen.run()
    return Contact.objects.get(identities__value="u1")


def say(person: Contact, value: object, kind: str = "stated", key: str = "milk", at=cast.NOON, **fields) -> None:
    fields.setdefault("source_kind", {"stated": "survey", "observed": "api", "inferred": "rule"}[kind])
    statement = Statement(person.pk, person.pk, key, value, kind, at, **fields)
    with transaction.atomic():
        hold(contacts=[person.pk])
        remember([statement], at=at)


def active(person: Contact, key: str = "milk") -> str:
    return person.preferences.get(key__key=key, state="active").value


def rows() -> list:
    """Every row of contacts and preferences with the transaction that wrote it last."""
    return [
        sql.rows(f"SELECT id, xmin::text, ctid::text FROM {table} ORDER BY id")
        for table in ("crm_contacts_contact", "crm_preferences_preference", "crm_preferences_preferencekey")
    ]


def test_a_trait_is_a_preference_with_its_source_and_an_attribute_of_its_type() -> None:
    person = identify(shoeSize=38, vip=True, tags=["a", "b"], born="1980-02-29", plan="pro", email="a@shop.example")

    assert person.attributes == {"shoe_size": 38, "vip": True, "tags": ["a", "b"], "born": "1980-02-29", "plan": "pro"}
    assert dict(PreferenceKey.objects.values_list("key", "type")) == {
        "shoe_size": "number",
        "vip": "boolean",
        "tags": "list",
        "born": "date",
        "plan": "text",
    }
    shoe = person.preferences.get(key__key="shoe_size")
    assert (shoe.value, shoe.typed, shoe.kind, shoe.source_kind, shoe.by) == ("38", 38, "observed", "api", "server")


def test_saying_the_same_again_writes_nothing() -> None:
    identify(plan="pro", shoeSize=38, tags=["a"])
    Contact.objects.update(last_seen=clock.now() + DAY)
    before = rows()

    identify(plan="pro", shoeSize=38, tags=["a"])

    assert rows() == before


def test_a_new_value_supersedes_and_the_old_one_stays_to_be_seen() -> None:
    identify(plan="pro")
    person = identify(plan="free")

    assert person.attributes == {"plan": "free"}
    assert list(person.preferences.order_by("id").values_list("value", "state")) == [
        ("pro", "superseded"),
        ("free", "active"),
    ]


def test_a_value_that_came_back_is_news_but_what_another_source_overrules_is_not_written_twice() -> None:
    for plan in ("pro", "free", "pro"):
        person = identify(plan=plan)
    assert person.preferences.count() == 3

    say(person, "trial", key="plan", at=clock.now())
    for _ in range(2):
        identify(plan="pro")
    assert (person.preferences.count(), active(person, "plan")) == (4, "trial")


def test_what_does_not_fit_its_type_is_kept_and_shown_but_is_no_attribute() -> None:
    identify(shoeSize=38)
    for _ in range(2):
        person = identify(shoeSize="about forty")

    assert person.attributes == {"shoe_size": 38}
    odd = person.preferences.get(state="conflict")
    assert (odd.value, odd.source_kind) == ("about forty", "api")
    assert active(person, "shoe_size") == "38"


def test_a_type_is_guessed_once_and_text_is_never_taken_for_a_number() -> None:
    identify(postcode="01234")
    person = identify(postcode=1234)

    assert PreferenceKey.objects.get().type == "text"
    assert person.attributes == {"postcode": "01234"}
    assert person.preferences.get(state="conflict").typed == 1234


def test_an_attribute_in_any_script_is_kept() -> None:
    person = identify(
        **{"客户等级": "金", "País preferido": "Perú", " ": "nothing", "empty": "", "none": None, "deep": {"a": 1}}
    )
    assert person.attributes == {"客户等级": "金", "país_preferido": "Perú"}


def test_the_site_script_may_claim_nothing() -> None:
    call = {"type": "identify", "anonymousId": "a", "traits": {"plan": "pro"}}
    events.accept(source="site", call="batch", body=json.dumps({"batch": [call]}), events=1)
    listen.run()
    assert Contact.objects.get().attributes == {} and not Preference.objects.exists()


@pytest.mark.parametrize(
    ("said", "wins"),
    [
        ([("stated", "oat", 1), ("observed", "soy", 2), ("inferred", "rice", 3)], "oat"),
        ([("observed", "soy", 1), ("inferred", "rice", 3)], "soy"),
        ([("inferred", "rice", 3), ("observed", "soy", 1)], "soy"),
        ([("stated", "soy", 2), ("stated", "oat", 1)], "soy"),
    ],
)
def test_stated_beats_observed_beats_inferred_and_the_later_of_two_wins_whenever_it_arrives(said, wins) -> None:
    alice = cast.alice()
    for kind, value, day in said:
        say(alice, value, kind, at=cast.NOON + day * DAY)
    alice.refresh_from_db()
    assert (active(alice), alice.attributes) == (wins, {"milk": wins})


@pytest.mark.parametrize("kind", ["survey", "reply"])
def test_her_correction_beats_everything_but_her_own_later_word(kind: str) -> None:
    alice = cast.alice()
    say(alice, "oat")
    corrected = cast.NOON + 5 * DAY
    correct(alice.preferences.get(), value="soy", by="customer", at=corrected)

    say(alice, "rice", source_kind="counter", at=corrected + DAY)
    say(alice, "cow", "observed", at=corrected + DAY)
    say(alice, "oat", source_kind=kind, at=corrected - DAY)
    assert active(alice) == "soy"

    say(alice, "goat", source_kind=kind, at=corrected + 2 * DAY)
    assert active(alice) == "goat"
    correct(alice.preferences.get(state="active"), value="none", by="customer", at=corrected + 3 * DAY)
    assert active(alice) == "none"


def test_what_she_had_us_forget_comes_back_only_by_her_own_word() -> None:
    person = identify(milk="oat")
    forget(person.preferences.get(), by="customer", at=clock.now())
    person = identify(milk="soy")
    assert person.attributes == {} and not person.preferences.exclude(state="forgotten").exists()

    say(person, "rice", at=clock.now())
    assert active(person) == "rice"


def test_attributes_follow_a_merge_and_its_undoing() -> None:
    alice, carol = cast.alice(), cast.carol()
    say(alice, "oat", at=cast.NOON)
    say(carol, "soy", at=cast.NOON + DAY)
    say(carol, 38, "observed", key="shoe")

    joined = merge(survivor=alice, absorbed=carol, by="Olga", at=cast.NOON)
    attributes = dict(Contact.objects.values_list("name", "attributes"))
    assert attributes == {"Alice Moreau": {"milk": "soy", "shoe": 38}, "Carol Vance": {}}

    undo_merge(joined, by="Olga", at=cast.NOON)
    attributes = dict(Contact.objects.values_list("name", "attributes"))
    assert attributes == {"Alice Moreau": {"milk": "oat"}, "Carol Vance": {"milk": "soy", "shoe": 38}}


def test_what_may_not_select_is_no_attribute() -> None:
    PreferenceKey.objects.create(key="allergy", label="Allergy", selects=False)
    alice = cast.alice()
    say(alice, "nuts", key="allergy")
    alice.refresh_from_db()
    assert alice.attributes == {} and active(alice, "allergy") == "nuts"


def test_ask_me_again_in_june_is_known_until_june_whatever_the_key_says() -> None:
    alice, june = cast.alice(), cast.NOON.replace(month=6, day=1)
    say(alice, "oat")
    PreferenceKey.objects.update(fresh_days=7)
    later = cast.NOON + 20 * DAY
    assert known([alice.pk], ["milk"], at=later) == {}

    postpone(alice.preferences.get(), until=june.date(), by="customer", at=later)
    assert known([alice.pk], ["milk"], at=later)[alice.pk]["milk"].value == "oat"
    assert known([alice.pk], ["milk"], at=june) == {}


def test_thousands_are_remembered_with_the_same_few_queries(django_assert_num_queries) -> None:
    people = Contact.objects.bulk_create([Contact(name=f"P{n}") for n in range(2_000)])
    traits = [
        Trait(person.pk, person.pk, f"Key {k}", f"{k} of {person.pk}", cast.NOON, "import", "file", by="Olga")
        for person in people
        for k in range(5)
    ]
    assert remember_traits(traits[:10], at=cast.NOON) == 10
    with django_assert_num_queries(4):
        assert remember_traits(traits, at=cast.NOON) == 9_990
    with django_assert_num_queries(2):
        assert remember_traits(traits, at=cast.NOON) == 0
    people[7].refresh_from_db()
    assert people[7].attributes == {f"key_{k}": f"{k} of {people[7].pk}" for k in range(5)}


@pytest.mark.parametrize("people", [1, 30])
def test_an_identify_with_only_a_name_and_an_address_asks_the_memory_nothing(people: int) -> None:
    identify(plan="pro")
    calls = [
        {"type": "identify", "userId": f"u{n}", "traits": {"email": f"p{n}@shop.example", "name": "P"}}
        for n in range(people)
    ]
    events.accept(source="write", call="batch", body=json.dumps({"batch": calls}), events=people)
    with CaptureQueriesContext(connection) as asked:
        listen.step()
    assert Contact.objects.filter(name="P").count() == people
    assert not [query for query in asked.captured_queries if "crm_preferences" in query["sql"]]


@pytest.mark.parametrize("people", [2, 40])
def test_custom_traits_of_a_chunk_cost_four_queries_however_many(people: int) -> None:
    identify(plan="pro")
    calls = [
        {"type": "identify", "userId": f"u{n}", "traits": {"plan": f"free {n}", "name": "P"}} for n in range(people)
    ]
    events.accept(source="write", call="batch", body=json.dumps({"batch": calls}), events=people)
    with CaptureQueriesContext(connection) as asked:
        listen.step()
    assert len([query for query in asked.captured_queries if "crm_preferences" in query["sql"]]) == 4
    assert Preference.objects.filter(value__startswith="free").count() == people
