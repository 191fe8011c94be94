"""People who may be leaving, in a real browser: on a desk and on a phone, with one press for the result."""

import pytest
from playwright.sync_api import Browser, Page, expect

from crm.business.actions import update_business
from crm.dialogue.actions import add_subject, say
from crm.leaving.actions import open_by_hand, tick
from crm.leaving.models import Case, Kind
from engage import listen
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.questions import published
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def olga():
    return cast.olga()


@pytest.fixture
def shop(run_web, olga) -> str:
    """Alice asked how to stop; of Bob a colleague thinks so; Carol has left."""
    now = clock.now()
    update_business(by="test", at=now, name="Quay Lane", leaving_colleague=olga)
    add_subject(label="Where is my parcel?", by="Olga", at=now)
    subject = add_subject(label="Stopping my subscription", by="Olga", at=now)
    tick(kind=Kind.SUBJECT, ref=subject.key, label=subject.label, by="Olga", at=now)
    tick(kind=Kind.TAG, ref="may leave", label="may leave", by="Olga", at=now)
    survey = published()
    tick(kind=Kind.ANSWER, ref="coffee/milk/7", label="Which milk do you take? none", by="Olga", at=now)
    assert survey.current
    words = "How do I stop my subscription? I cannot find it on the website."
    say(contact=cast.alice(), text=words, channel="site", at=now, chosen=subject)
    listen.run()
    open_by_hand(contact=cast.bob(), words="He said that he moves away.", by=olga, at=now)
    Case.objects.filter(contact__name="Bob Stone").update(due=cast.NOON)
    return run_web()


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "light"), (PHONE, "dark")])
def test_from_home_to_the_result(browser: Browser, shop: str, olga, size, scheme) -> None:
    context = signed_in(browser, shop, olga, size, scheme)
    page, look = context.new_page(), f"{size['width']}-{scheme}"
    page.goto(f"{shop}/")
    page.get_by_text("2 people may be leaving").wait_for()
    page.get_by_role("link", name="Talk", exact=True).click()
    expect(page.get_by_text("He said that he moves away.")).to_be_visible()
    looked_at(page, f"leaving-{look}")
    page.get_by_role("link", name="Alice Moreau").click()
    expect(page.get_by_role("heading", name="May be leaving")).to_be_visible()
    looked_at(page, f"leaving-person-{look}")
    page.get_by_label("Why?").fill("A smaller bag, every other month.")
    press(page, "Stayed")
    expect(page.get_by_role("heading", name="Thought of leaving")).to_be_visible()
    looked_at(page, f"leaving-told-{look}")
    page.get_by_role("link", name="Change").first.click()
    looked_at(page, f"leaving-change-{look}")
    page.goto(f"{shop}/leaving/")
    expect(page.get_by_text("How many stay cannot be told yet")).to_be_visible()
    looked_at(page, f"leaving-tally-{look}")
    context.close()


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "light")])
def test_what_shows_it_is_ticked(browser: Browser, shop: str, olga, size, scheme) -> None:
    context = signed_in(browser, shop, olga, size, scheme)
    page, look = context.new_page(), f"{size['width']}-{scheme}"
    page.goto(f"{shop}/settings/enquiries/")
    page.get_by_label("A further subject").fill("Wholesale")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator('input[value="Wholesale"]')).to_be_visible()
    looked_at(page, f"enquiries-{look}")
    page.get_by_role("link", name="your page for writing to you").click()
    page.get_by_label("What is it about?").select_option("Stopping my subscription")
    looked_at(page, f"talk-{look}")
    page.goto(f"{shop}/surveys/")
    page.get_by_role("link", name="Your coffee").click()
    expect(page.get_by_label("none")).to_be_checked()
    page.get_by_label("oat milk").check()
    looked_at(page, f"survey-leaving-{look}")
    page.locator(".survey-leaving").get_by_role("button", name="Save").click()
    expect(page.get_by_label("oat milk")).to_be_checked()
    context.close()
