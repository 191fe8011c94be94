"""The link of a message alone shows topics and switches: it changes nothing by looking, and tells nothing we know."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.business.queries import forget_cached
from crm.contacts.actions import record_consent
from crm.contacts.evidence import evidence
from crm.contacts.models import Consent, Contact, Identity, Pause, Topic
from crm.dialogue.links import memory_path
from crm.dialogue.models import Message
from crm.preferences.models import Preference
from engage.lib import clock, ids, tokens
from engage.memory import switches
from tests.cast import NOON
from tests.engage.memory.memories import told

pytestmark = pytest.mark.django_db


def granted(contact: Contact) -> set[str]:
    return {p.topic.key for p in evidence(contact) if p.granted}


def test_the_page_shows_the_topics_and_nothing_of_what_we_know(client, link, alice):
    told(alice)
    page = client.get(link).content.decode()
    assert "Offers" in page and "News" in page
    assert "oat milk" not in page and "Alice" not in page and "alice@" not in page


def test_looking_changes_nothing(client, link):
    before = Consent.objects.count()
    client.get(link), client.head(link)
    assert (Consent.objects.count(), Pause.objects.count(), Preference.objects.count()) == (before, 0, 0)
    assert not Message.objects.filter(origin__startswith="memory").exists()


@pytest.mark.parametrize("act", ["topics", "pause", "stop", "resume", "frequency", "code", "open", "fresh"])
def test_no_act_is_possible_by_get(client, link, act):
    assert client.get(f"{link}/{act}").status_code == 405


def test_saving_topics_writes_only_what_changed_with_its_wording(client, link, alice):
    assert client.post(f"{link}/topics", {"topic": ["offers", "news", "no such topic"]}).status_code == 303
    assert granted(alice) == {"offers", "news"}
    new = Consent.objects.latest("id")
    assert (new.how, new.state, new.words, new.source) == ("link", "granted", "Write to me about: News", "memory")
    client.post(f"{link}/topics", {"topic": ["offers", "news"]})
    assert Consent.objects.count() == 2


def test_a_topic_that_is_unticked_is_withdrawn(client, link, alice):
    client.post(f"{link}/topics")
    assert granted(alice) == set()


def test_a_pause_ends_by_itself(client, link, alice):
    client.post(f"{link}/pause", {"span": "week"})
    pause = switches.standing_pause(alice, clock.now())
    assert timedelta(days=6) < pause.until - clock.now() <= timedelta(days=7) and pause.by == "customer"
    assert switches.standing_pause(alice, clock.now() + timedelta(days=8)) is None


def test_stopping_has_no_end_until_they_want_us_again(client, link, alice):
    client.post(f"{link}/stop")
    assert switches.standing_pause(alice, clock.now()).until is None
    assert "Write to me again" in client.get(link).content.decode()
    client.post(f"{link}/resume")
    assert switches.standing_pause(alice, clock.now()) is None


def test_less_often_is_remembered_above_what_anybody_else_says_and_can_be_taken_back(client, link, alice):
    client.post(f"{link}/frequency", {"value": "fewer"})
    assert switches.wants_fewer(alice) and Preference.objects.get().rank == Preference.Rank.CORRECTED
    client.post(f"{link}/frequency", {"value": "normal"})
    assert not switches.wants_fewer(alice)


def test_a_pause_of_no_length_we_offer_is_no_pause(client, link):
    assert client.post(f"{link}/pause", {"span": "forever"}).status_code == 303
    assert not Pause.objects.exists()


def test_an_old_link_opens_nothing_and_offers_a_fresh_one_to_the_address(client, alice, message):
    old = memory_path(alice.uid, message.uid, at=clock.now() - timedelta(days=401))
    response = client.get(old)
    page = response.content.decode()
    assert response.status_code == 410 and "a•••@shop.example" in page and "alice@" not in page
    client.post(f"{old}/stop")
    assert not Pause.objects.exists()
    for _ in range(5):
        assert client.post(f"{old}/fresh").status_code == 200
    mails = Message.objects.filter(origin="memory:link")
    assert mails.count() == 3 and {mail.address for mail in mails} == {"alice@shop.example"}
    assert {(mail.klass, mail.lane, mail.outbox.lane) for mail in mails} == {("security", 0, 0)}
    assert "/m/" in mails[0].text


def test_the_link_of_somebody_merged_leads_to_who_they_are_today(client, link, alice, bob):
    Contact.objects.filter(pk=alice.pk).update(merged_into=bob)
    client.post(f"{link}/stop")
    assert Pause.objects.get().contact == bob


BAD = {
    "nonsense": lambda good: "nonsense",
    "not ascii": lambda good: "é.é",
    "cut in the mail": lambda good: good[:-3],
    "changed on the way": lambda good: good.replace(good[4], "A" if good[4] != "A" else "B"),
    "no parts": lambda good: tokens.sign("m"),
    "of another purpose": lambda good: tokens.sign("u", *tokens.read("m", good)),
    "of nobody": lambda good: tokens.sign("m", str(ids.uuid7()), "", int(clock.now().timestamp())),
}


@pytest.mark.parametrize("spoil", BAD.values(), ids=BAD)
@pytest.mark.parametrize("path", ["", "/code", "/stop", "/fresh", "/open"])
def test_a_bad_link_gets_a_clear_page_and_changes_nothing(client, alice, message, spoil, path):
    good = memory_path(alice.uid, message.uid, at=clock.now()).removeprefix("/m/")
    address = f"/m/{spoil(good)}{path}"
    response = client.post(address) if path else client.get(address)
    assert response.status_code == 404 and "does not work" in response.content.decode()
    assert not Pause.objects.exists() and Message.objects.count() == 1


def test_the_link_of_somebody_erased_opens_nothing(client, link, alice):
    Contact.objects.filter(pk=alice.pk).update(erased=clock.now())
    assert client.get(link).status_code == client.post(f"{link}/code").status_code == 404


@pytest.mark.parametrize(
    ("language", "spoken"),
    [("es", "es"), ("es-MX", "es"), ("zh", "zh-hans"), ("xx", "en"), ("../etc", "en"), ("", "en")],
)
def test_the_page_speaks_their_language_if_it_can(client, link, alice, language, spoken):
    Contact.objects.filter(pk=alice.pk).update(language=language)
    assert f'<html lang="{spoken}"' in client.get(link).content.decode()


def test_the_page_sets_no_cookie_and_is_told_nobody(client, link):
    for response in (client.get(link), client.post(f"{link}/topics", {"topic": "offers"}), client.post(f"{link}/code")):
        assert not response.cookies
        assert response["Referrer-Policy"] == "no-referrer" and response["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({"Origin": "null"}, 303),
        ({"Origin": "http://testserver"}, 303),
        ({}, 303),
    ],
)
def test_only_our_own_pages_may_post(client, link, headers, status):
    assert client.post(f"{link}/stop", headers=headers).status_code == status
    assert Pause.objects.exists() == (status == 303)


def test_the_page_costs_a_constant_number_of_queries(client, link, django_assert_num_queries):
    client.get(link)
    forget_cached()
    with django_assert_num_queries(9):
        client.get(link)


@pytest.mark.parametrize("days", [1, 40, 700])
def test_a_pause_may_end_on_a_day_of_her_choice(client, link, alice, days):
    day = timezone.localdate() + timedelta(days=days)
    client.post(f"{link}/pause", {"until": day.isoformat()})
    assert timezone.localdate(alice.pauses.get().until) == day


@pytest.mark.parametrize("day", ["", "2020-01-01", "9999-12-31", "tomorrow", "x" * 999, "0001-01-01"])
def test_a_day_that_makes_no_sense_pauses_nothing(client, link, alice, day):
    assert client.post(f"{link}/pause", {"until": day}).status_code == 303
    assert not alice.pauses.exists()


def test_permission_is_given_by_channel_where_a_channel_reaches_them(client, link, alice):
    page = client.get(link).content.decode()
    assert "By e-mail. We write to you in no other way." in page and "topic-sms" not in page
    Identity.objects.create(contact=alice, recorded_for=alice, kind="phone", value="+447911123456", proof="link")
    page = client.get(link).content.decode()
    assert "By text message, write to me about" in page and "in no other way" not in page

    said = {"way": ["email", "sms"], "topic": ["offers"], "topic-sms": ["news"]}
    assert client.post(f"{link}/topics", said).status_code == 303
    assert granted(alice) == {"offers"}
    assert {one.topic.key for one in evidence(alice, "sms") if one.granted} == {"news"}
    new = Consent.objects.latest("id")
    assert (new.channel, new.words, new.source) == ("sms", "By text message: Write to me about: News", "memory")

    client.post(f"{link}/topics", {"way": ["sms", "pigeon"]})
    assert granted(alice) == {"offers"}
    assert not any(one.granted for one in evidence(alice, "sms"))


def test_a_form_from_before_changes_what_we_mail_and_nothing_else(client, link, alice):
    record_consent(
        contact=alice, topic=Topic.objects.get(key="news"), channel="sms", state="granted", how="api", at=NOON
    )
    client.post(f"{link}/topics", {"topic": ["news"]})
    assert granted(alice) == {"news"}
    assert {one.topic.key for one in evidence(alice, "sms") if one.granted} == {"news"}
