"""People join companies by `group` calls of the owner's server, or by a colleague's hand; what anybody's browser says
moves nobody."""

import json
from datetime import timedelta
from typing import Any

import pytest

from crm.contacts.actions.companies import add_company, put_into_company, rename_company
from crm.contacts.models import Company, Contact
from crm.events import actions as events
from crm.events.models import Event
from engage import listen
from engage.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db


def group(number: int, source: str = "write", user: str = "u1", **said: object) -> None:
    call = {"type": "group", "userId": user, "messageId": f"g{number}", **said}
    events.accept(source=source, call="batch", body=json.dumps({"batch": [call]}), events=1)
    listen.run()


def values(company: Company) -> dict[str, Any]:
    company.refresh_from_db()
    return {name: said["value"] for name, said in company.attributes.items()}


def test_a_group_call_makes_the_company_and_moves_the_person() -> None:
    group(1, groupId="c-1", traits={"name": "Harbour Café", "plan": "weekly"})
    company = Company.objects.get()
    assert (company.external_id, company.name) == ("c-1", "Harbour Café")
    assert values(company) == {"name": "Harbour Café", "plan": "weekly"}
    assert company.attributes["plan"]["source"] == "api"
    assert Contact.objects.get().company == company


def test_a_later_call_completes_and_keeps_what_it_does_not_speak_of() -> None:
    group(1, groupId="c-1", traits={"name": "Harbour Café", "plan": "weekly"})
    group(2, groupId="c-1", traits={"seats": 12})
    group(3, groupId="c-1", traits={"name": "Harbour House"})
    company = Company.objects.get()
    assert company.name == "Harbour House"
    assert values(company) == {"name": "Harbour House", "plan": "weekly", "seats": 12}


def test_of_each_trait_the_later_word_counts_whenever_it_arrives_and_the_same_again_writes_nothing() -> None:
    now = clock.now()
    group(1, groupId="c-1", traits={"plan": "weekly", "seats": 4}, timestamp=now.isoformat())
    before = Company.objects.get().attributes
    group(2, groupId="c-1", traits={"plan": "daily", "tables": 2}, timestamp=(now - timedelta(days=1)).isoformat())
    group(3, groupId="c-1", traits={"plan": "weekly"})
    company = Company.objects.get()
    assert values(company) == {"plan": "weekly", "seats": 4, "tables": 2}
    assert company.attributes["plan"] == before["plan"]


def test_a_colleagues_name_stays_until_the_server_has_another() -> None:
    group(1, groupId="c-1", traits={"name": "HRB CAFE LTD"})
    rename_company(Company.objects.get(), name="Harbour Café", by="Ada", at=clock.now())
    group(2, groupId="c-1", traits={"name": "HRB CAFE LTD"})
    assert Company.objects.get().name == "Harbour Café"
    group(3, groupId="c-1", traits={"name": "Harbour House"})
    assert Company.objects.get().name == "Harbour House"


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


@pytest.mark.parametrize("name", ["", "  ", 7, None, ["a"], {"a": 1}, "x" * 500])
def test_a_name_of_any_shape_leaves_a_company_that_can_be_called(name) -> None:
    group(1, groupId="c-1", traits={"name": name, "odd": {"deep": [1, None]}})
    assert 0 < len(Company.objects.get().name) <= 200


def test_a_colleague_puts_somebody_in_and_out_and_their_story_tells() -> None:
    alice, now = cast.alice(), clock.now()
    cafe, new = add_company(name="Harbour Café", by="Ada", at=now)
    same, again = add_company(name="harbour café", by="Ada", at=now)
    assert (same, new, again) == (cafe, True, False)

    assert put_into_company(contact=alice, company=cafe, by="Ada", at=now) is None
    assert put_into_company(contact=alice, company=cafe, by="Ada", at=now) == cafe
    listen.run()
    assert Contact.objects.get(pk=alice.pk).company == cafe
    assert put_into_company(contact=alice, company=None, by="Ada", at=now + timedelta(minutes=1)) == cafe
    listen.run()
    told = [(event.name, event.properties["company"]) for event in Event.objects.order_by("id")]
    assert told == [("Company Joined", "Harbour Café"), ("Company Left", "Harbour Café")]
