"""Companies over REST."""

import pytest

from crm.contacts.models import Company, Contact
from tests import cast
from tests.engage.api.caller import Caller, errors

pytestmark = pytest.mark.django_db


def test_a_company_is_made_once_found_and_renamed(api: Caller) -> None:
    made = api.post("companies/", {"name": "Harbour Café", "external_id": "c-1"})
    again = api.post("companies/", {"name": "Another", "external_id": "c-1"})
    assert (made.status_code, again.status_code, again.said["id"]) == (201, 200, made.said["id"])
    assert api.patch(f"companies/{made.said['id']}/", {"name": "Quay House"}).said["name"] == "Quay House"
    api.post("companies/", {"name": "Zebra Books"})
    assert [row["name"] for row in api.get("companies/", external_id="c-1").said["results"]] == ["Quay House"]
    assert [row["name"] for row in api.get("companies/", search="ebr").said["results"]] == ["Zebra Books"]
    assert api.get("companies/", search="nothing").said["results"] == []


def test_people_are_put_in_and_taken_out(api: Caller) -> None:
    alice, cafe = cast.alice(), Company.objects.create(name="Harbour Café")
    people = f"companies/{cafe.uid}/people/"
    assert api.post(people, {"contact": str(alice.uid)}).status_code == 204
    assert [row["name"] for row in api.get(people).said["results"]] == ["Alice Moreau"]
    assert api.get(f"contacts/{alice.uid}/").said["company"] == "Harbour Café"
    assert api.delete(f"{people}?contact={alice.uid}").status_code == 204
    assert not Contact.objects.exclude(company=None).exists()
    assert "contact" in errors(api.delete(f"{people}?contact={alice.uid}"))


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": "x" * 201}, {"name": "A", "owner": "x"}, {"name": ["A"]}, []]
)
def test_what_is_no_company_is_refused(api: Caller, body) -> None:
    assert errors(api.post("companies/", body))
    assert not Company.objects.exists()
