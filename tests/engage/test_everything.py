"""What we hand over about one person is whole: every table with people in it has its section."""

import io
import json
import zipfile
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from crm.contacts.actions import pause
from crm.contacts.models import Pause
from crm.dialogue.actions import keep_mail, say
from crm.dialogue.models import Attachment, Mail
from crm.segments.models import Membership
from engage import everything as export
from engage.lib import clock
from tests import cast
from tests.architecture.test_contacts_rows import with_fields

pytestmark = pytest.mark.django_db


def test_every_table_with_a_contact_has_a_section() -> None:
    alice = cast.alice()
    assert set(export.tables()) == with_fields("contact")
    assert {Pause, Membership} <= set(export.SECTIONS)
    found = export.everything(alice, for_owner=True)
    assert len(found) == len(export.tables()) + 2
    assert len({name for name, _rows in export.SECTIONS.values()}) == len(export.SECTIONS)


def test_the_owner_takes_away_a_zip_and_the_customer_never_sees_notes(client: Client) -> None:
    alice = cast.contact("=Alice", "alice@shop.example")
    said = say(contact=alice, text="my dog Rex", channel="chat", at=clock.now())
    pause(contact=alice, until=None, by="Olga", at=clock.now())
    said.pk = None
    said.direction, said.text, said.header_id, said.uid = "note", "difficult", "", cast.contact("x").uid
    said.save()
    client.force_login(cast.olga())

    answer = client.get(reverse("export_person", args=[alice.uid]))

    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    whole = json.loads(archive.read("everything.json"))
    assert whole["known_by"][0]["value"] == "alice@shop.example"
    assert whole["messages"][0]["text"] == "my dog Rex"
    assert whole["notes_of_colleagues"][0]["text"] == "difficult"
    assert len(whole["pauses"]) == 1
    assert "'=Alice" in archive.read("person.csv").decode()
    assert "difficult" not in export.as_json(export.everything(alice))


def test_their_mails_are_in_it_as_they_came_with_their_files(client: Client) -> None:
    alice, bob = cast.alice(), cast.bob()
    raw = b"From: alice@shop.example\r\nSubject: Coffee\r\n\r\nOat milk, please.\r\n"
    kept = {"kind": "letter", "sender": "alice@shop.example", "subject": "Coffee", "text": "Oat milk, please."}
    for person in (alice, bob):
        mail = Mail(uid=uuid4(), contact=person, recorded_for=person, raw=raw, at=clock.now(), **kept)
        keep_mail(mail, [Attachment(position=1, name="photo.png", content_type="image/png", size=9)])
    client.force_login(cast.olga())

    answer = client.get(reverse("export_person", args=[alice.uid]))

    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    [mail] = json.loads(archive.read("everything.json"))["mails"]
    assert (mail["subject"], mail["text"]) == ("Coffee", "Oat milk, please.")
    assert mail["files"] == [{"name": "photo.png", "bytes": 9}]
    assert [name for name in archive.namelist() if name.startswith("mails/")] == [f"mails/{mail['id']}.eml"]
    assert archive.read(f"mails/{mail['id']}.eml") == raw
    assert "raw" not in mail and list(export.whole_mails(alice, most=10)) == []


@pytest.mark.parametrize("who", [cast.ada, cast.max_])
def test_only_the_owner_takes_it_away(client: Client, who) -> None:
    client.force_login(who())
    assert client.get(reverse("export_person", args=[cast.alice().uid])).status_code == 403
