"""Erased means erased everywhere: what stays is a keyed hash that keeps the address from coming back."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from campaigns.journeys.models import Enrolment, Journey, JourneyVersion
from campaigns.surveys.models import Response, Survey, SurveyVersion
from crm.business.models import KeptAnswer, Key
from crm.catalog.models import Order
from crm.contacts import erasing
from crm.contacts.actions import address_digest, merge, pause, record_consent, suppress
from crm.contacts.actions.erase import erase
from crm.contacts.imports import actions as import_actions
from crm.contacts.imports import files
from crm.contacts.models import Contact, Import, NotTaken, Suppression, Topic
from crm.dialogue.actions import Draft, queue, reply, say
from crm.dialogue.ledger import sums
from crm.dialogue.models import Message, Outbox, Rendered
from crm.events import actions as events
from crm.events.models import DeadLetter, Event
from engage import listen
from engage.lib import clock, ids
from tests import cast
from tests.architecture.test_contacts_rows import with_fields

pytestmark = pytest.mark.django_db

SECRETS = ("Moreau", "alice@", "07700900123", "oat milk", "my dog Rex")


def everything_in_the_database() -> str:
    """All rows of all tables, as text."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found += [f"{table}: {row}" for (row,) in cursor.fetchall()]
    return "\n".join(found)


@pytest.fixture
def alice() -> Contact:
    """Alice, known in every room."""
    alice = cast.contact("Alice Moreau", "alice@shop.example", "alice@work.example", attributes={"dog": "my dog Rex"})
    now = clock.now()
    identify = {
        "type": "identify",
        "userId": "u-alice",
        "messageId": "m1",
        "traits": {"email": "alice@shop.example", "phone": "07700900123", "milk": "oat milk", "name": "Alice Moreau"},
    }
    order = {
        "type": "track",
        "event": "Order Completed",
        "userId": "u-alice",
        "messageId": "m2",
        "properties": {"order_id": "1001", "total": 12, "note": "for Alice Moreau"},
    }
    broken = {"type": "track", "traits": {"email": "alice@shop.example"}}
    events.accept(source="write", call="batch", body=json.dumps({"batch": [identify, order, broken]}), events=3)
    listen.run()
    topic = Topic.objects.create(key="offers", label="Offers")
    record_consent(contact=alice, topic=topic, state="granted", how="form", words="Alice Moreau agreed", at=now)
    pause(contact=alice, until=None, by="Olga", at=now)
    suppress(address="alice@work.example", reason="bounce", by="the mail server", at=now)
    said = say(contact=alice, text="my dog Rex ate it", channel="chat", at=now)
    reply(conversation=said.conversation, text="Poor Alice Moreau", by=cast.ada(), at=now, seen=said.pk)
    queue(
        [
            Draft(contact=alice.pk, recorded_for=alice.pk, klass="marketing", origin="test", occurrence=str(number))
            for number in range(2)
        ],
        at=now,
    )
    sent = Message.objects.filter(origin="test").order_by("pk").first()
    Message.objects.filter(pk=sent.pk).update(state="accepted", address="alice@shop.example", subject="Alice Moreau")
    Outbox.objects.filter(message=sent).delete()
    Rendered.objects.create(message=sent, slots=["Alice Moreau"])
    survey = Survey.objects.create(key="milk", title="Milk")
    version = SurveyVersion.objects.create(survey=survey, number=1, definition={})
    Response.objects.create(
        survey=survey, version=version, contact=alice, recorded_for=alice, occasion="x", answers={"milk": "oat milk"}
    )
    journey = Journey.objects.create(name="Welcome")
    version = JourneyVersion.objects.create(journey=journey, number=1, definition={})
    Enrolment.objects.create(
        journey=journey,
        version=version,
        contact=alice,
        recorded_for=alice,
        entry="m1",
        step="ask",
        event={"name": "Alice Moreau"},
        began=now,
    )
    key = Key.objects.create(kind="api", name="till", digest=b"1" * 32, hint="api_")
    KeptAnswer.objects.create(key=key, token="t", digest=b"2" * 32, status=201, body='{"email": "alice@shop.example"}')
    return alice


def test_every_table_with_a_contact_has_its_rule() -> None:
    known_elsewhere = {"crm_contacts_mergeproposal", "crm_contacts_merge"}
    tables = {model._meta.db_table for model in with_fields("contact") | with_fields("recorded_for")}
    named = {
        "campaigns_channels_pushendpoint",
        "crm_events_deadletter",
        "crm_business_keptanswer",
        "crm_contacts_nottaken",
        "crm_contacts_import",
        "django_admin_log",
    }
    assert tables | named == set(erasing.rules)
    assert not known_elsewhere & set(erasing.rules)


def test_afterwards_neither_words_nor_addresses_are_found_anywhere(alice: Contact) -> None:
    before = everything_in_the_database()
    assert all(secret in before for secret in SECRETS if secret != "07700900123")
    assert "+447700900123" in before

    erase(contact=alice, by="Olga", at=clock.now())

    after = everything_in_the_database()
    assert [line for line in after.splitlines() if any(secret in line for secret in (*SECRETS, "7700900123"))] == []


def test_the_address_cannot_come_back_and_the_sums_still_add_up(alice: Contact) -> None:
    erase(contact=alice, by="Olga", at=clock.now())

    reasons = Suppression.objects.filter(
        digest__in=[address_digest("alice@shop.example"), address_digest("alice@work.example")]
    )
    assert [(row.reason, row.address) for row in reasons] == [("erased", ""), ("erased", "")]
    assert all(each.adds_up for each in sums())
    assert dict(Message.objects.filter(origin="test").values_list("occurrence", "state")) == {
        "0": "accepted",
        "1": "withheld",
    }
    assert not Outbox.objects.exists()
    assert [(order.external_id, order.contact_id) for order in Order.objects.all()] == [("1001", None)]


def test_others_keep_everything(alice: Contact) -> None:
    bob = cast.bob()
    say(contact=bob, text="I know alice", channel="chat", at=clock.now())
    DeadLetter.objects.create(received=clock.now(), source="write", body='{"userId": "u-alicex"}', reason="odd")

    erase(contact=alice, by="Olga", at=clock.now())

    assert bob.messages.count() == 1
    assert DeadLetter.objects.filter(reason="odd").exists()
    assert Contact.objects.get(pk=bob.pk).erased is None


def test_whom_they_absorbed_goes_with_them(alice: Contact) -> None:
    carol = cast.carol()
    events.derive([events.Fact(carol.pk, carol.pk, "Page Viewed", clock.now(), "page")])
    listen.run()
    merge(survivor=alice, absorbed=carol, by="Olga", at=clock.now())

    at = clock.now() + timedelta(seconds=1)
    erase(contact=carol, by="Olga", at=at)

    assert set(Contact.objects.values_list("erased", flat=True)) == {at}
    assert not Event.objects.exists()
    assert Suppression.objects.filter(digest=address_digest("carol@work.example")).exists()
    erase(contact=alice, by="Olga", at=at)


def test_it_costs_the_same_however_much_is_known(alice: Contact, django_assert_max_num_queries) -> None:
    ContentType.objects.get_for_model(Contact)  # which a process asks for once
    with django_assert_max_num_queries(98):
        erase(contact=alice, by="Olga", at=clock.now())


def test_no_file_of_ours_names_them_any_more(alice: Contact, django_capture_on_commit_callbacks) -> None:
    """Uploads that wait, rows that were refused, the admin's own log, and every log and file in the home."""
    shutil.rmtree(files.folder(), ignore_errors=True)  # what other tests left
    uid = ids.uuid7()
    kept = files.keep([b"email,name\nALICE@shop.example,Alice Moreau\n"], uid)
    draft = import_actions.begin(kept, uid=uid, name="list.csv", by="Olga", at=clock.now())
    NotTaken.objects.create(of=draft, line=2, reason="odd", refused=True, cells='["alice@shop.example"]')
    other = Import.objects.create(name="other.csv", digest="", by="Olga", at=clock.now(), state="done")
    NotTaken.objects.create(of=other, line=2, reason="odd", refused=True, cells='["alice@shop.example"]')
    olga = cast.olga()
    LogEntry.objects.create(
        user=olga,
        content_type=ContentType.objects.get_for_model(Contact),
        object_id=str(alice.pk),
        object_repr="Alice Moreau",
        action_flag=2,
    )

    with django_capture_on_commit_callbacks(execute=True):
        erase(contact=alice, by="Olga", at=clock.now())

    assert not kept.path.exists()
    lines = everything_in_the_database().lower().splitlines()
    assert [line for line in lines if "alice@" in line or "moreau" in line or "7700900123" in line] == []
    assert [path for path in files_of_ours() if b"alice@" in path.read_bytes().lower()] == []


def files_of_ours() -> list[Path]:
    root = Path(settings.HOME.root)
    folders = [files.folder(), *(root / name for name in ("media", "log", "mail"))]
    return [path for folder in folders if folder.is_dir() for path in folder.rglob("*") if path.is_file()]


def test_a_phone_number_cannot_come_back_either(alice: Contact) -> None:
    erase(contact=alice, by="Olga", at=clock.now())
    found = Suppression.objects.get(channel="sms")
    assert (found.reason, found.address, bytes(found.digest)) == ("erased", "", address_digest("+447700900123"))
