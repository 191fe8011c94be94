"""A company and the people put into it, as a browser shows them: by day and night, on a phone."""

import json
import urllib.request

import pytest
from playwright.sync_api import Browser, expect

from crm.business.actions import update_business
from crm.catalog.models import Order
from crm.contacts.actions.companies import add_company, put_into_company
from crm.contacts.models import Company
from crm.dialogue.actions import say
from crm.events import actions as events
from engage import listen
from engage.lib import clock
from tests import cast
from tests.engage.dashboard.looking import LOOKS, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cafe() -> Company:
    """Known by the shop's server, with a buyer who is talking with us, and somebody with a long address."""
    call = {"type": "group", "userId": "u1", "groupId": "c-1", "messageId": "g1"}
    traits = {"name": "Harbour Café", "plan": "gold", "a rather long trait of a company": "and its rather long value"}
    events.accept(source="write", call="batch", body=json.dumps({"batch": [call | {"traits": traits}]}), events=1)
    listen.run()
    found = Company.objects.get()
    for person in (alice := cast.alice(), cast.contact("Bo", "bo@a-rather-long-name-of-a-house-by-the-sea.example")):
        put_into_company(contact=person, company=found, by="Ada", at=clock.now())
    Order.objects.create(
        external_id="1", contact=alice, recorded_for=alice, at=clock.now(), total=40, currency="GBP", source="write"
    )
    say(contact=alice, text="Could we have our beans ground, please?", channel="email", at=clock.now())
    return found


@pytest.fixture
def shop(live_server, collected_static: None) -> str:
    update_business(by="test", at=clock.now(), name="Quay Lane")
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    return live_server.url


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_company_is_read_and_somebody_is_put_in_and_taken_out(browser: Browser, shop, cafe, size, scheme) -> None:
    cast.bob()
    add_company(name="Nobody’s Bakery", by="Ada", at=clock.now())
    context = signed_in(browser, shop, cast.olga(), size, scheme)
    heard: list[str] = []
    context.on("console", lambda message: message.type in {"error", "warning"} and heard.append(message.text))
    page, look = context.new_page(), f"company-{size['width']}-{scheme}"

    page.goto(f"{shop}/people/companies/")
    expect(page.get_by_role("link", name="Harbour Café")).to_be_visible()
    looked_at(page, f"{look}-all")
    page.get_by_role("link", name="Harbour Café").click()
    expect(page.get_by_text("Could we have our beans ground")).to_be_visible()
    looked_at(page, f"{look}-one")
    page.get_by_role("searchbox", name="Who").fill("Bob")
    page.get_by_role("button", name="Find").click()
    looked_at(page, f"{look}-found")
    page.get_by_role("button", name="Put Bob Stone in").click()
    page.get_by_role("button", name="Take Bob Stone out").click()
    expect(page.get_by_role("button", name="Take Bob Stone out")).to_have_count(0)
    looked_at(page, f"{look}-out")
    page.goto(f"{shop}/people/companies/")
    page.get_by_role("link", name="Nobody’s Bakery").click()
    expect(page.get_by_text("Nobody belongs to it yet.")).to_be_visible()
    looked_at(page, f"{look}-empty")
    assert heard == []
    context.close()
