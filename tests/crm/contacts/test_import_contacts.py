"""People come in from files of any shape; nothing is lost, shifted or overwritten."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.contacts.actions import suppress
from crm.contacts.imports import running
from crm.contacts.imports.columns import recognise
from crm.contacts.imports.progress import Progress
from crm.contacts.models import Consent, Contact, Identity, Import, MergeProposal, Topic
from crm.preferences.models import Preference
from engage.lib import clock

pytestmark = pytest.mark.django_db

EXPORTS = Path(__file__).resolve().parents[4] / "shared" / "data" / "exports"


def run(path: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("import_contacts", str(path), *options, stdout=out)
    return out.getvalue()


def written(tmp_path: Path, text: str | bytes, name: str = "people.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def person(email: str) -> Contact:
    return Contact.objects.get(identities__kind="email", identities__value=email)


def test_a_row_becomes_a_person_with_identities_and_attributes(tmp_path):
    text = """\
E-mail,Mobile,First name,Last name,Country,Language,Favourite roast
Alice@Shop.example,07700 900123,Alice,Ash,gb,en_GB,dark
"""
    assert "1 new" in run(written(tmp_path, text))
    alice = person("alice@shop.example")
    assert (alice.name, alice.first_name, alice.country, alice.language) == ("Alice Ash", "Alice", "GB", "en-GB")
    assert alice.attributes == {"favourite_roast": "dark"}
    assert set(alice.identities.values_list("kind", "value", "proof")) == {
        ("email", "alice@shop.example", "import"),
        ("phone", "+447700900123", "import"),
    }


def test_a_second_run_changes_nothing_and_says_so(tmp_path):
    Topic.objects.get_or_create(key="offers", label="Offers")
    path = written(
        tmp_path, "email,name,roast,company\nalice@shop.example,Alice,dark,Ash Ltd\nbob@shop.example,Bob,,\n"
    )
    first = run(path, "--consent", "offers:signed the list at the counter")
    before = [list(model.objects.order_by("pk").values()) for model in (Contact, Identity, Consent)]
    second = run(path, "--consent", "offers:signed the list at the counter")
    assert "2 new" in first
    assert "0 new, 2 known before, 0 of them completed" in second
    assert before == [list(model.objects.order_by("pk").values()) for model in (Contact, Identity, Consent)]


def test_fields_are_completed_and_what_we_remember_is_superseded(tmp_path):
    run(written(tmp_path, "email,name,roast\nalice@shop.example,Alice Ash,dark\n"))
    said = run(written(tmp_path, "email,name,roast,country,grind\nALICE@shop.example,Mrs Ash,light,FR,fine\n"))
    alice = person("alice@shop.example")
    assert "0 new, 1 known before, 1 of them completed" in said
    assert (alice.name, alice.country) == ("Alice Ash", "FR")
    assert alice.attributes == {"roast": "light", "grind": "fine"}
    roasts = Preference.objects.filter(contact=alice, key__key="roast").order_by("at")
    assert [(one.value, one.state, one.source_kind) for one in roasts] == [
        ("dark", "superseded", "import"),
        ("light", "active", "import"),
    ]


def test_nobody_is_given_permission_unless_the_owner_says_how_it_was_given(tmp_path):
    Topic.objects.get_or_create(key="offers", label="Offers")
    path = written(tmp_path, "email\nalice@shop.example\n")
    run(path)
    assert not Consent.objects.exists()
    with pytest.raises(CommandError, match="say how"):
        run(path, "--consent", "offers")
    with pytest.raises(CommandError, match="no topic wine"):
        run(path, "--consent", "wine:on paper")
    run(path, "--consent", "offers:on paper, 2019")
    consent = Consent.objects.get()
    assert (consent.state, consent.how, consent.words, consent.source) == (
        "granted",
        "import",
        "on paper, 2019",
        "people.csv, line 2",
    )


def test_whoever_withdrew_before_is_not_signed_up_again(tmp_path):
    topic, _ = Topic.objects.get_or_create(key="offers", label="Offers")
    path = written(tmp_path, "email\nalice@shop.example\n")
    run(path, "--consent", "offers:on paper")
    alice = person("alice@shop.example")
    Consent.objects.all().delete()
    Consent.objects.create(
        contact=alice, recorded_for=alice, topic=topic, state="withdrawn", how="link", at="2020-01-01T00:00Z"
    )
    run(path, "--consent", "offers:on paper")
    assert [consent.state for consent in Consent.objects.all()] == ["withdrawn"]


def test_two_people_who_share_a_number_stay_two_and_are_proposed(tmp_path):
    path = written(tmp_path, "email,phone\ncarol@shop.example,07700 900123\ndave@shop.example,07700900123\n")
    run(path)
    assert person("carol@shop.example") != person("dave@shop.example")
    assert MergeProposal.objects.get().reasons == ["phone"]


def test_whoever_was_erased_is_not_brought_in_again(tmp_path):
    suppress(address="Alice@shop.example", reason="erased", by="customer", at=clock.now())
    suppress(address="bob@shop.example", reason="bounce", by="provider", at=clock.now())
    said = run(written(tmp_path, "email,name\nalice@SHOP.example,Alice\nbob@shop.example,Bob\n"))
    assert "1 new" in said
    assert "line 2: asked to be erased" in said
    assert Contact.objects.get().name == "Bob"


def test_what_was_interrupted_goes_on_when_the_file_is_given_again(tmp_path, monkeypatch):
    path = written(tmp_path, "email\n" + "".join(f"p{n}@shop.example\n" for n in range(10)))
    monkeypatch.setattr(running, "SLICE", 4)

    def stop(_progress, done: int, _fraction: float) -> None:
        if done == 8:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Progress, "reached", stop)
        run(path)
    assert Contact.objects.count() == 8
    assert "10 new, 0 known before" in run(path)
    assert (Contact.objects.count(), Import.objects.count()) == (10, 1)


def test_rows_of_one_person_come_together(tmp_path):
    run(written(tmp_path, "email,name,phone\ncarol@shop.example,,07700 900123\nCAROL@shop.example,Carol,\n"))
    assert Contact.objects.get().name == "Carol"


@pytest.mark.parametrize(
    "encoded",
    [
        "email;name\r\nzoe@shop.example;Zoë Müller\r\n".encode("cp1252"),
        "\ufeffemail\tname\rzoe@shop.example\tZoë Müller\r".encode(),
        "\ufeffemail|name\nzoe@shop.example|Zoë Müller\n".encode("utf-16-le"),
        "\ufeffemail,name\nzoe@shop.example,Zoë Müller\n".encode("utf-16-be"),
        'email,name\n\nzoe@shop.example,"Zoë Müller"\n'.encode(),
    ],
    ids=["cp1252", "bom", "utf-16-le", "utf-16-be", "utf-8"],
)
def test_encoding_delimiter_and_line_ends_are_found(tmp_path, encoded):
    run(written(tmp_path, encoded))
    assert person("zoe@shop.example").name == "Zoë Müller"


def test_one_broken_line_does_not_turn_a_whole_file_into_another_encoding(tmp_path):
    rows = b"".join(f"p{n}@shop.example,Zo\u00eb\n".encode() for n in range(50))
    said = run(written(tmp_path, b"email,name\n" + rows + b"bad@shop.example,Zo\xeb\n"))
    assert "50 new" in said
    assert "line 52: holds bytes that are no text" in said


def test_many_refused_rows_stand_in_a_file(tmp_path):
    report = tmp_path / "report.csv"
    said = run(written(tmp_path, "email\n" + "nobody\n" * 30), "--report", str(report))
    assert str(report) in said
    assert len(report.read_text().splitlines()) == 31


def test_columns_can_be_said_by_hand(tmp_path):
    path = written(tmp_path, "Konto,Mail 2,Rest\n77,alice@shop.example,x\n")
    run(path, "--map", "Konto=external_id", "Mail 2=email", "Rest=-")
    alice = person("alice@shop.example")
    assert set(alice.identities.values_list("kind", "value")) == {("email", "alice@shop.example"), ("external", "77")}
    assert alice.attributes == {}
    with pytest.raises(CommandError, match="no column Wein"):
        run(path, "--map", "Wein=email")


def test_statements_do_not_grow_with_the_rows(tmp_path):
    def queries(rows: int) -> int:
        lines = "".join(f"q{rows}x{n}@shop.example,N,Co{n % 7}\n" for n in range(rows))
        path = written(tmp_path, "email,name,company\n" + lines)
        with CaptureQueriesContext(connection) as captured:
            run(path)
        return len(captured)

    queries(1)
    assert queries(5) == queries(1500) == 34


@pytest.fixture
def exports() -> Path:
    if not EXPORTS.is_dir():
        pytest.skip(f"no example exports at {EXPORTS}")
    return EXPORTS


def test_an_export_of_mailchimp_is_recognised(exports):
    Topic.objects.get_or_create(key="offers", label="Offers")
    said = run(exports / "mailchimp_audience_export.csv", "--consent", "offers:double opt-in kept by Mailchimp")
    assert "an export of Mailchimp" in said
    assert "3 new" in said
    ada, neil = person("ada@example.com"), person("o'neil@example.org")
    assert (ada.name, ada.country, ada.timezone) == ("Ada Lovelace", "GB", "Europe/London")
    assert ada.attributes == {"member_rating": "4", "region": "ENG", "tags": ["VIP", "Blog"]}
    assert (neil.name, neil.attributes["notes"]) == ("Niamh O'Neil, Jr.", 'Said "call me" twice')
    consent = Consent.objects.get(contact=ada)
    assert consent.at.isoformat() == "2024-03-14T09:14:00+00:00"
    assert (consent.source, consent.network_address) == ("mailchimp_audience_export.csv, line 2", "192.0.2.10")


def test_an_export_of_hubspot_is_recognised(exports):
    said = run(exports / "hubspot_contacts_export.csv")
    assert "an export of HubSpot" in said
    jane = person("jane@example.com")
    assert (jane.name, jane.company.name) == ("JANE doe", "Acme Corp")
    assert jane.attributes["hubspot_record_id"] == "51"
    assert Contact.objects.filter(company__name="Acme Corp").count() == 2


def test_since_when_a_permission_holds_is_no_memory() -> None:
    assert recognise(["email", "consent_at", "Milk"]) == ["email", "consent_at", "=milk"]
