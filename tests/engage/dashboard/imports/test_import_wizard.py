"""A file comes in step by step: what its columns are, who gave permission, what will happen, and the way back."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from crm.business.queries import fresh_business
from crm.contacts.actions import suppress
from crm.contacts.imports import files, running
from crm.contacts.jobs.hand import LEASE, claim
from crm.contacts.models import Consent, Contact, Identity, Import, Topic
from crm.dialogue.actions import say
from crm.preferences.models import Preference, PreferenceKey
from engage.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db
PROOF = {"given": "yes", "where": "the counter", "words": "Write to me about offers", "on": "2024-05-01"}
FILE = (
    "E-mail,Name,Roast,Secret\nzoe@shop.example,Zoë Müller,dark,a\nalice@shop.example,Mrs Moreau,light,b\nnobody,X,,\n"
)


@pytest.fixture
def olga(client: Client) -> Client:
    client.force_login(cast.olga())
    fresh_business()
    Topic.objects.get_or_create(key="offers", defaults={"label": "Offers"})
    return client


def upload(olga: Client, content: str | bytes = FILE, name: str = "list.csv"):
    data = content.encode() if isinstance(content, str) else content
    return olga.post(reverse("import_people"), {"file": SimpleUploadedFile(name, data)})


def brought(olga: Client, content: str = FILE, **permission) -> Import:
    """Through every step, with the columns as they were recognised."""
    upload(olga, content)
    job = Import.objects.latest("id")
    chosen = {f"c{n}": "new" if said.startswith("=") else said for n, said in enumerate(job.columns)}
    olga.post(reverse("import_columns", args=[job.uid]), chosen)
    said = permission or PROOF | {"topics": [Topic.objects.get(key="offers").pk]}
    olga.post(reverse("import_permission", args=[job.uid]), said)
    running.run()
    return Import.objects.get(pk=job.pk)


def start(olga: Client, job: Import) -> Import:
    olga.post(reverse("start_import", args=[job.uid]))
    running.run()
    return Import.objects.get(pk=job.pk)


def page(olga: Client, job: Import) -> str:
    return olga.get(reverse("one_import", args=[job.uid])).content.decode()


def test_nothing_is_written_before_the_owner_has_seen_what_will_happen(olga: Client) -> None:
    cast.alice()
    job = brought(olga)
    assert job.state == "checked"
    assert (Contact.objects.count(), Consent.objects.count(), Preference.objects.count()) == (1, 0, 0)
    expected = {"rows": 3, "new": 1, "changed": 1, "refused": 1}
    assert {name: job.counts.get(name, 0) for name in expected} == expected
    assert "What will happen" in page(olga, job)
    assert "row 4" in page(olga, job)

    done = start(olga, job)
    assert done.state == "done"
    assert done.counts == job.counts
    zoe = Contact.objects.get(name="Zoë Müller")
    assert zoe.attributes == {"roast": "dark", "secret": "a"}
    consent = Consent.objects.get(contact=zoe)
    assert (consent.words, consent.how) == ("Write to me about offers", "import")
    assert consent.source == "the counter; list.csv, line 2"
    assert consent.at.date().isoformat() in ("2024-05-01", "2024-04-30")


def test_the_upload_is_deleted_after_the_run(olga: Client) -> None:
    job = brought(olga)
    assert Path(job.path).parent == files.folder()
    path = Path(job.path)
    assert path.exists()
    start(olga, job)
    assert not path.exists()


def test_none_of_them_gave_permission(olga: Client) -> None:
    start(olga, brought(olga, given="no"))
    assert Contact.objects.filter(name="Zoë Müller").exists()
    assert not Consent.objects.exists()


@pytest.mark.parametrize("missing", ["topics", "where", "words", "on"])
def test_a_yes_needs_its_proof(olga: Client, missing: str) -> None:
    upload(olga)
    job = Import.objects.get()
    said = PROOF | {"topics": [Topic.objects.get(key="offers").pk]}
    del said[missing]
    answer = olga.post(reverse("import_permission", args=[job.uid]), said)
    assert answer.status_code == 400
    assert "Somebody may ask for this proof" in answer.content.decode()
    assert Import.objects.get().state == "draft"


def test_columns_show_samples_and_can_be_left_out_or_named(olga: Client) -> None:
    assert upload(olga).status_code == 302
    job = Import.objects.get()
    shown = olga.get(reverse("import_columns", args=[job.uid])).content.decode()
    assert "Zoë Müller" in shown
    said = {"c0": "email", "c1": "name", "c2": "new", "k2": "Favourite roast", "t2": "text", "c3": "-"}
    olga.post(reverse("import_columns", args=[job.uid]), said)
    olga.post(reverse("import_permission", args=[job.uid]), {"given": "no"})
    running.run()
    assert not PreferenceKey.objects.exists()
    start(olga, Import.objects.get())
    assert Contact.objects.get(name="Zoë Müller").attributes == {"favourite_roast": "dark"}
    assert PreferenceKey.objects.get().label == "Favourite roast"


def test_columns_that_name_nobody_are_asked_again(olga: Client) -> None:
    upload(olga)
    job = Import.objects.get()
    answer = olga.post(reverse("import_columns", args=[job.uid]), {"c1": "name"})
    assert answer.status_code == 400
    assert "No column holds an e-mail address" in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8bbroken", "damaged"),
        (b"email,n\0ame\n", "what is no text"),
    ],
)
def test_a_file_that_is_no_list_is_refused_beside_the_field_and_not_kept(olga: Client, content, message) -> None:
    before = set(files.folder().glob("*"))
    answer = upload(olga, content)
    assert answer.status_code == 400
    assert message in answer.content.decode() or (not content and "Choose a file" in answer.content.decode())
    assert not Import.objects.exists()
    assert set(files.folder().glob("*")) == before


def test_an_import_is_undone_but_for_whom_something_happened_to(olga: Client) -> None:
    alice = cast.alice()
    rows = "a@shop.example,Ann,dark,\nb@shop.example,Ben,dark,\nalice@shop.example,x,light,\n"
    done = start(olga, brought(olga, "E-mail,Name,Roast,Company\n" + rows))
    assert done.counts["new"] == 2
    ben = Contact.objects.get(name="Ben")
    say(contact=ben, text="hello", channel="chat", at=clock.now())

    olga.post(reverse("undo_import", args=[done.uid]))
    running.run()

    undone = Import.objects.get()
    assert undone.state == "undone"
    assert undone.counts == {"gone": 1, "stays": 1, "restored": 1}
    assert not Identity.objects.filter(value="a@shop.example").exists()
    assert set(Contact.objects.filter(erased=None).values_list("name", flat=True)) == {"Ben", "Alice Moreau"}
    alice.refresh_from_db()
    assert alice.attributes == {}
    assert not Consent.objects.filter(contact=alice).exists()
    assert "Who stays, and why" in page(olga, undone)


def test_who_had_themselves_erased_is_refused_and_their_row_is_not_kept(olga: Client) -> None:
    suppress(address="zoe@shop.example", reason="erased", by="customer", at=clock.now())
    job = brought(olga)
    assert job.reasons["asked to be erased, and is not brought in again"] == 1
    assert "zoe@" not in "".join(job.not_taken.values_list("cells", flat=True))


def test_the_list_of_rows_not_taken_is_safe_for_spreadsheets_and_comes_back(olga: Client) -> None:
    job = brought(olga, 'E-mail,Name\nno address,"=HYPERLINK(""x"")"\nok@shop.example,Ok\n', given="no")
    text = b"".join(olga.get(reverse("import_not_taken", args=[job.uid])).streaming_content).decode()
    assert "'=HYPERLINK" in text
    upload(olga, text.replace("no address", "now@shop.example"))
    again = Import.objects.latest("id")
    assert again.columns == ["-", "-", "email", "name"]


def test_a_draft_is_given_up_with_its_file(olga: Client) -> None:
    upload(olga)
    job = Import.objects.get()
    olga.post(reverse("drop_import", args=[job.uid]))
    assert not Import.objects.exists()


def test_what_a_killed_worker_left_is_taken_up_again(olga: Client, monkeypatch) -> None:
    monkeypatch.setattr(running, "SLICE", 1)
    rows = "".join(f"p{n}@shop.example,P{n}\n" for n in range(6))
    job = brought(olga, "E-mail,Name\n" + rows, given="no")
    olga.post(reverse("start_import", args=[job.uid]))
    job = claim(Import, at=clock.now())
    assert job

    def die(current: Import) -> None:
        if current.cursor == 3:
            raise SystemError

    monkeypatch.setattr(running, "_fail", lambda _hand, _problem: None)
    running.carry_out(job, die)
    assert Import.objects.get().state == "running"
    assert claim(Import, at=clock.now()) is None
    later = claim(Import, at=clock.now() + 2 * LEASE)
    assert later and later.cursor == 3
    running.carry_out(later, lambda _job: None)
    assert Import.objects.get().counts["new"] == 6
    assert Contact.objects.count() == 6


@pytest.mark.parametrize(
    "name", ["import_columns", "import_permission", "one_import", "undo_import", "import_not_taken"]
)
def test_agents_bring_in_nobody(client: Client, name: str) -> None:
    client.force_login(cast.ada())
    assert client.get(reverse("import_people")).status_code == 403
    job = Import.objects.create(name="x", digest="", by="x", at=clock.now())
    assert client.get(reverse(name, args=[job.uid])).status_code == 403


def test_vcards_come_in(olga: Client) -> None:
    card = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Vance;Carol;;;\r\nFN:Carol Vance\r\n"
        "EMAIL;TYPE=INTERNET:carol@shop.exam\r\n ple\r\n"
        "item1.EMAIL:carol@work.example\r\nTEL;TYPE=CELL:07700 900123\r\nNOTE:likes tea\\, green\r\nEND:VCARD\r\n"
    )
    start(olga, brought(olga, card, given="no"))
    carol = Contact.objects.get()
    assert carol.name == "Carol Vance"
    assert set(carol.identities.values_list("value", flat=True)) == {
        "carol@shop.example",
        "carol@work.example",
        "+447700900123",
    }
    assert carol.attributes["note"] == "likes tea, green"


def test_whoever_left_stays_unsubscribed(olga: Client) -> None:
    text = "E-mail,Permission,Unsubscribed\na@shop.example,yes,\nb@shop.example,no,\nc@shop.example,yes,2024-01-02\n"
    start(olga, brought(olga, text))
    found = {c.contact.identities.get().value: c.state for c in Consent.objects.select_related("contact")}
    assert found == {"a@shop.example": "granted", "c@shop.example": "withdrawn"}
