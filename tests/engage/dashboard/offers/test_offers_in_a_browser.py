"""Offers as they are seen: made, shown by a customer on a phone, and marked as used at the counter."""

import pytest
from playwright.sync_api import Browser, expect

from campaigns.offers.links import offer_url
from campaigns.offers.models import Given, Offer
from engage.lib.live import listener
from tests import cast
from tests.campaigns.offers.offering import given, offered
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_from_making_it_to_the_counter(browser: Browser, live_server, collected_static: None, size) -> None:
    width, alice = size["width"], cast.alice()
    context = signed_in(browser, live_server.url, cast.max_(), size, "light")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{live_server.url}/shop/offers/")
    looked_at(page, f"offers-empty-{width}")
    page.get_by_role("link", name="New offer").click()
    looked_at(page, f"offers-new-{width}")
    page.get_by_label("Name").fill("A bag of beans")
    for way, field in (("One code for everybody", "The one code"), ("a code of your till", "Codes of your till")):
        expect(page.get_by_label(field)).to_be_hidden()
        page.get_by_role("radio", name=way).check()
        expect(page.get_by_label(field)).to_be_visible()
    page.get_by_role("radio", name="a code of their own").check()
    page.get_by_label("What they get, and how").fill("One bag of 250 g.\nAny roast, at the counter.")
    page.get_by_label("Good for so many days").fill("14")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_text("Nobody yet")).to_be_visible()
    page.goto(f"{live_server.url}/people/{alice.uid}/give/")
    page.get_by_label("Why").fill("Her parcel came late")
    looked_at(page, f"offers-give-{width}")
    page.get_by_role("button", name="Give it").click()
    expect(page.get_by_role("button", name="Mark as used")).to_be_visible()
    looked_at(page, f"offers-given-{width}")
    one = Given.objects.select_related("offer").get()

    public = context.new_page()
    public.goto(live_server.url + "/offer/" + offer_url(one).partition("/offer/")[2])
    expect(public.get_by_text(one.code)).to_be_visible()
    looked_at(public, f"offers-public-{width}")
    public.get_by_role("button", name="Copy the code").press("Enter")
    expect(public.get_by_role("button", name="Copied")).to_be_visible()
    assert public.evaluate("navigator.clipboard.readText()") == one.code

    page.goto(f"{live_server.url}/counter/")
    looked_at(page, f"offers-counter-{width}")
    page.get_by_label("Code").fill("nothing")
    page.get_by_label("Code").press("Enter")
    expect(page.get_by_text("There is no such code")).to_be_visible()
    looked_at(page, f"offers-counter-none-{width}")
    page.get_by_label("Code").fill(one.code.lower())
    page.get_by_label("Code").press("Enter")
    page.get_by_role("button", name="Mark as used").press("Enter")
    expect(page.get_by_text("Marked as used.")).to_be_visible()
    looked_at(page, f"offers-used-{width}")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Mark as used")).to_be_visible()
    page.get_by_role("button", name="Mark as used").click()
    expect(page.get_by_role("button", name="It was not used")).to_be_visible()
    public.reload()
    expect(public.get_by_text("Used on")).to_be_visible()
    looked_at(public, f"offers-public-used-{width}")
    given(offered("Ten off", coding="shared", shared="SPRING10", most=5), alice)
    codes = offered("Tea", coding="listed", listed="TILL-1\nTILL-2")
    given(codes, alice)
    for name, path in {
        "list": "/shop/offers/",
        "one": f"/shop/offers/{Offer.objects.get(key='a_bag_of_beans').uid}/",
        "listed": f"/shop/offers/{codes.uid}/",
        "person": f"/people/{alice.uid}/",
    }.items():
        page.goto(live_server.url + path)
        looked_at(page, f"offers-{name}-{width}")
    context.close()
    listener.join()


def test_without_script_the_page_shows_the_code_and_no_button_that_does_nothing(
    browser: Browser, live_server, collected_static: None
) -> None:
    one = given(offered(), cast.alice())
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + "/offer/" + offer_url(one).partition("/offer/")[2])
    expect(page.get_by_text(one.code)).to_be_visible()
    expect(page.get_by_role("img", name="The same code")).to_be_visible()
    assert page.get_by_role("button").count() == 0
    context.close()
