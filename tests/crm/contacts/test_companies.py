"""People join companies by `group` calls of the owner's server; what anybody's browser says moves nobody."""

import json

import pytest

from crm.contacts.models import Company, Contact
from crm.events import actions as events
from engage import listen

pytestmark = pytest.mark.django_db


def group(number: int, source: str = "write", user: str = "u1", **said: object) -> None:
    call = {"type": "group", "userId": user, "messageId": f"g{number}", **said}
    events.accept(source=source, call="batch", body=json.dumps({"batch": [call]}), events=1)
    listen.run()


def test_a_group_call_makes_the_company_and_moves_the_person() -> None:
    group(1, groupId="c-1", traits={"name": "Harbour Café", "plan": "weekly"})
    company = Company.objects.get()
    assert (company.external_id, company.name, company.attributes) == ("c-1", "Harbour Café", {"plan": "weekly"})
    assert Contact.objects.get().company == company


def test_a_later_call_completes_and_keeps_what_it_does_not_speak_of() -> None:
    group(1, groupId="c-1", traits={"name": "Harbour Café", "plan": "weekly"})
    group(2, groupId="c-1", traits={"seats": 12})
    group(3, groupId="c-1", traits={"name": "Harbour House"})
    company = Company.objects.get()
    assert (company.name, company.attributes) == ("Harbour House", {"plan": "weekly", "seats": 12})


def test_somebody_who_changes_companies_moves_and_a_company_without_a_name_has_its_id() -> None:
    group(1, groupId="c-1", traits={"name": "Harbour Café"})
    group(2, groupId=42)
    assert Contact.objects.get().company.name == "42"
    assert Company.objects.count() == 2


def test_what_a_browser_claims_moves_nobody() -> None:
    group(1, groupId="c-1", traits={"name": "Harbour Café"})
    group(2, source="site", groupId="c-1", traits={"name": "Owned"})
    group(3, source="site", groupId="c-2", traits={"name": "Owned"})
    assert Company.objects.get().name == "Harbour Café"
    assert Contact.objects.filter(company=None).count() == 1


@pytest.mark.parametrize("said", [{}, {"groupId": ""}, {"groupId": "x" * 256}, {"groupId": True}, {"groupId": ["a"]}])
def test_a_call_that_names_no_company_is_recorded_and_makes_none(said) -> None:
    group(1, **said)
    assert Contact.objects.count() == 1 and not Company.objects.exists()
