"""Behind the gear: what we remember, what we do with it, and what is noticed by itself."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from crm.contacts.actions import hold
from crm.contacts.models import Contact
from crm.preferences.actions import Statement, remember
from crm.preferences.models import Preference, PreferenceKey
from crm.preferences.recall import recall
from crm.segments.models import ObservedRule
from crm.segments.observed import make_ready_rules
from engage.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(client: Client) -> Client:
    client.force_login(cast.olga())
    return client


def say(person: Contact, key: str, value: object, **fields) -> Preference:
    with transaction.atomic():
        hold(contacts=[person.pk])
        at = clock.now() - timedelta(days=1)
        ready = {"kind": "stated", "at": at, "source_kind": "survey"} | fields
        (new,) = remember([Statement(person.pk, person.pk, key, value, **ready)], at=at)
    return Preference.objects.get(pk=new.id)


def form(**fields: object) -> dict:
    ready = {"label": "Milk", "citable": "on", "fresh_days": 365, "type": "text", "selects": "on"}
    return ready | {"seen_by": "everyone", "choices": "", "topic": ""} | fields


def save(client: Client, key: str, **fields: object):
    return client.post(reverse("edit_key", args=[key]), form(**fields))


def test_the_page_says_how_many_people_have_what(olga: Client) -> None:
    for person in (cast.alice(), cast.bob()):
        say(person, "milk", "oat")
    make_ready_rules(by="Engage", at=clock.now())
    page = olga.get(reverse("settings_memory")).content.decode()
    assert "Milk" in page and "2 people" in page and "never mentioned" in page
    assert "Bought from the same category 3 times in 90 days" in page


def test_a_key_shows_its_values_as_bars_and_what_does_not_fit(olga: Client) -> None:
    alice, bob = cast.alice(), cast.bob()
    say(alice, "shoe", 38)
    say(bob, "shoe", "about forty", source_kind="api", kind="observed")
    page = olga.get(reverse("edit_key", args=["shoe"])).content.decode()
    assert '<th scope="row">38</th>' in page and "about forty" in page and "Bob Stone" in page


def test_the_owner_says_whether_it_may_be_mentioned_and_when_it_is_asked_again(olga: Client) -> None:
    alice = cast.alice()
    say(alice, "milk", "oat")
    assert recall([alice.pk], ["milk"], at=clock.now()) == {}
    assert save(olga, "milk", fresh_days=30).status_code == 302
    assert recall([alice.pk], ["milk"], at=clock.now())[alice.pk]["milk"].value == "oat"
    assert recall([alice.pk], ["milk"], at=clock.now() + timedelta(days=31)) == {}


def test_what_is_sensitive_needs_a_tick_of_its_own_to_be_mentioned(olga: Client) -> None:
    alice = cast.alice()
    say(alice, "milk", "oat")
    save(olga, "milk", sensitive="on")
    assert recall([alice.pk], ["milk"], at=clock.now()) == {}
    save(olga, "milk", sensitive="on", cite_sensitive="on")
    assert alice.pk in recall([alice.pk], ["milk"], at=clock.now())


@pytest.mark.parametrize("kind", ["observed", "inferred"])
def test_no_setting_lets_what_we_noticed_or_guessed_be_quoted(olga: Client, kind: str) -> None:
    alice = cast.alice()
    say(alice, "milk", "oat", kind=kind)
    save(olga, "milk", sensitive="on", cite_sensitive="on")
    assert recall([alice.pk], ["milk"], at=clock.now()) == {}


def test_another_type_reads_everything_anew_and_loses_nothing(olga: Client) -> None:
    alice, bob = cast.alice(), cast.bob()
    say(alice, "shoe", "38")
    say(bob, "shoe", "about forty")
    save(olga, "shoe", type="number")
    attributes = dict(Contact.objects.values_list("first_name", "attributes"))
    assert attributes == {"Alice": {"shoe": 38}, "Bob": {}}
    assert set(Preference.objects.values_list("value", "state")) == {("38", "active"), ("about forty", "conflict")}

    save(olga, "shoe", type="choice", choices="About forty\n38")
    attributes = dict(Contact.objects.values_list("first_name", "attributes"))
    assert attributes["Bob"] == {"shoe": "About forty"}


def test_what_may_not_choose_is_no_attribute_from_then_on(olga: Client) -> None:
    alice = cast.alice()
    say(alice, "milk", "oat")
    save(olga, "milk", selects="")
    alice.refresh_from_db()
    assert alice.attributes == {}


def test_a_new_key_is_made_of_its_name_and_only_once(olga: Client) -> None:
    assert olga.post(reverse("new_key"), form(label="Delivery day")).status_code == 302
    assert PreferenceKey.objects.get().key == "delivery_day"
    again = olga.post(reverse("new_key"), form(label="Delivery day"))
    assert again.status_code == 400 and "There is one of this name already." in again.content.decode()


@pytest.mark.parametrize(
    "fields",
    [{"label": ""}, {"fresh_days": 0}, {"type": "odd"}, {"choices": "\n".join(map(str, range(60)))}, {"seen_by": "x"}],
    ids=str,
)
def test_what_makes_no_sense_is_refused_beside_its_field(olga: Client, fields: dict) -> None:
    say(cast.alice(), "milk", "oat")
    assert save(olga, "milk", **fields).status_code == 400


def test_a_key_for_owners_is_not_there_for_others(client: Client) -> None:
    say(cast.alice(), "allergy", "nuts")
    PreferenceKey.objects.update(seen_by="owners")
    client.force_login(cast.max_())
    assert "Allergy" not in client.get(reverse("settings_memory")).content.decode()
    assert client.get(reverse("edit_key", args=["allergy"])).status_code == 404


def test_a_rule_is_made_edited_and_switched_off(olga: Client) -> None:
    said = {"what": "category", "category": "Tea", "times": 2, "days": 30, "about": "Favourite tea"}
    assert olga.post(reverse("new_rule"), said).status_code == 302
    rule = ObservedRule.objects.select_related("key").get()
    assert (rule.key.key, rule.active, rule.reached) == ("favourite_tea", True, None)

    assert olga.post(reverse("edit_rule", args=[rule.uid]), said | {"times": 5}).status_code == 302
    assert "5 times in 30 days, only Tea" in olga.get(reverse("settings_memory")).content.decode()
    olga.post(reverse("switch_observed_rule", args=[rule.uid]))
    assert not ObservedRule.objects.get().active
    assert olga.post(reverse("edit_rule", args=[rule.uid]), said | {"times": 0, "about": "!"}).status_code == 400


@pytest.mark.parametrize("name", ["settings_memory", "new_key", "new_rule"])
def test_agents_may_not(client: Client, name: str) -> None:
    client.force_login(cast.ada())
    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("keys", [2, 15])
def test_the_page_costs_the_same_however_much_is_remembered(
    olga: Client, keys: int, django_assert_max_num_queries
) -> None:
    alice = cast.alice()
    for number in range(keys):
        say(alice, f"key_{number}", "x")
    olga.get(reverse("settings_memory"))
    with django_assert_max_num_queries(9) as captured:
        olga.get(reverse("settings_memory"))
    assert len(captured) <= 9


def test_what_is_for_owners_is_on_no_page_of_an_agent(client: Client) -> None:
    alice = cast.alice()
    say(alice, "allergy", "nuts", words="I am allergic to nuts")
    PreferenceKey.objects.update(seen_by="owners")
    for colleague, sees in ((cast.ada(), False), (cast.olga(), True)):
        client.force_login(colleague)
        for page in (reverse("person", args=[alice.uid]), reverse("home")):
            assert ("allergic to nuts" in client.get(page).content.decode()) is sees


def test_what_does_not_fit_is_shown_on_the_persons_page(olga: Client) -> None:
    alice = cast.alice()
    say(alice, "shoe", 38, kind="observed", source_kind="api")
    say(alice, "shoe", "about forty", kind="observed", source_kind="api")
    page = olga.get(reverse("person", args=[alice.uid])).content.decode()
    assert "about forty" in page and "does not fit, and is used for nothing" in page
