"""What has no place in a row of ours is not dropped in silence: the report says so, card by card."""

from pathlib import Path

import pytest
from django.core.management import call_command

from crm.contacts.models import Contact, Identity, NotTaken

pytestmark = pytest.mark.django_db


def card(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""])


def brought(tmp_path: Path, *cards: str) -> dict[int, list[str]]:
    """What the report says, by the line at which the card begins."""
    path = tmp_path / "cards.vcf"
    path.write_text("".join(cards), encoding="utf-8")
    call_command("import_contacts", str(path))
    said: dict[int, list[str]] = {}
    for row in NotTaken.objects.order_by("id"):
        assert row.refused is False
        said.setdefault(row.line, []).append(row.reason)
    return said


def emails(number: int) -> list[str]:
    return [f"EMAIL:ann{n}@shop.example" for n in range(number)]


def phones(number: int) -> list[str]:
    return [f"TEL:+44770090012{n}" for n in range(number)]


def test_addresses_and_numbers_beyond_the_third_are_said(tmp_path: Path) -> None:
    said = brought(tmp_path, card("FN:Ann", *emails(5), *phones(4)), card("FN:Zoe", "EMAIL:zoe@shop.example"))
    assert said == {
        1: [
            "has more than 3 e-mail addresses; left out: 2",
            "has more than 3 phone numbers; left out: 1",
        ]
    }
    ann = Contact.objects.get(name="Ann")
    assert set(ann.identities.filter(kind="email").values_list("value", flat=True)) == {
        f"ann{n}@shop.example" for n in range(3)
    }
    assert ann.identities.filter(kind="phone").count() == 3
    assert Identity.objects.get(value="zoe@shop.example").contact.name == "Zoe"


def test_three_of_each_and_the_same_one_again_are_nothing_to_say(tmp_path: Path) -> None:
    assert brought(tmp_path, card("FN:Ann", *emails(3), *emails(2), *phones(3), "TEL:", "EMAIL:  ")) == {}


def test_what_is_left_out_twice_is_counted_once(tmp_path: Path) -> None:
    said = brought(tmp_path, card("FN:Ann", *emails(4), "EMAIL:ann3@shop.example"))
    assert said == {1: ["has more than 3 e-mail addresses; left out: 1"]}


def test_a_card_whose_numbers_cannot_be_read_is_refused_for_that(tmp_path: Path) -> None:
    path = tmp_path / "cards.vcf"
    path.write_text(card("FN:Ann", *(f"TEL:call {n}" for n in range(4))), encoding="utf-8")
    call_command("import_contacts", str(path))
    refused = NotTaken.objects.get()
    assert refused.refused and refused.reason.startswith("phone number cannot be read")
