"""Pairs, rules and the journal of merges in a real browser, by day and night, on a phone."""

import urllib.request

import pytest
from playwright.sync_api import Browser, expect

from crm.business import actions
from crm.contacts.actions.by_rule import merge_by_rules
from crm.contacts.actions.duplicates import propose_duplicates
from crm.contacts.models import Contact
from engage.lib import clock
from tests import cast
from tests.engage.dashboard.looking import LOOKS, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(live_server, collected_static: None) -> str:
    actions.update_business(by="test", at=clock.now(), name="Quay Lane")
    for number in range(3):
        cast.contact(f"Dana Voss-Underhill {number}", attributes={"postcode": "WX1 4QL"})
        cast.contact(f"Dana Voss-Underhill {number}", f"dana.{number}@a-rather-long-name-of-a-house.example")
    Contact.objects.update(attributes={"postcode": "WX1 4QL"})
    propose_duplicates()
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    return live_server.url


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_rule_is_turned_on_merges_at_night_and_each_is_undone(browser: Browser, shop: str, size, scheme) -> None:
    context = signed_in(browser, shop, cast.olga(), size, scheme)
    page, look = context.new_page(), f"twins-{size['width']}-{scheme}"
    page.goto(f"{shop}/people/merges/")
    expect(page.get_by_text("Nobody was made one yet.")).to_be_visible()
    page.goto(f"{shop}/people/duplicates/")
    row = page.locator("li", has_text="The same name and postcode")
    expect(row).to_contain_text("It would merge 3 pairs today.")
    looked_at(page, f"{look}-pairs")
    row.get_by_role("button", name="Turn on").click()
    expect(row.get_by_role("button", name="Turn off")).to_be_visible()
    assert merge_by_rules(at=clock.now()) == 3
    page.goto(f"{shop}/people/merges/")
    looked_at(page, f"{look}-journal")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_text("They are two people again.")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_have_count(2)
    assert Contact.objects.filter(merged_into=None).count() == 4
    context.close()
