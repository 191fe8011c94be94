"""What we know about somebody, added and corrected in a browser: by day and night, on a phone."""

import urllib.request

import pytest
from playwright.sync_api import Browser, expect

from crm.business.actions import update_business
from crm.contacts.actions import record_consent
from crm.contacts.models import Topic
from crm.preferences.actions import Statement, remember
from crm.preferences.models import Preference, PreferenceKey
from engage.lib import clock
from tests import cast
from tests.engage.dashboard.looking import LOOKS, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
Type = PreferenceKey.Type


@pytest.fixture
def shop(live_server, collected_static: None) -> str:
    update_business(by="test", at=clock.now(), name="Quay Lane")
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    return live_server.url


@pytest.fixture
def alice():
    """She told us her milk, and said yes to two topics in one breath."""
    person = cast.alice()
    PreferenceKey.objects.create(key="milk", label="Milk", type=Type.CHOICE, choices=["oat milk", "soy milk"])
    PreferenceKey.objects.create(key="born", label="Birthday", type=Type.DATE)
    PreferenceKey.objects.create(key="brews", label="Brews with", type=Type.LIST)
    said = Statement(person.pk, person.pk, "milk", "oat milk", "stated", clock.now(), "survey", words="Oat, please.")
    remember([said], at=clock.now())
    for key in ("offers", "news"):
        topic = Topic.objects.create(key=key, label=key.title())
        record_consent(
            contact=person, topic=topic, state="granted", how="form", source="Letters", words="Yes, both.", at=cast.NOON
        )
    Topic.objects.create(key="gifts", label="Gifts")
    return person


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_what_we_know_is_corrected_added_and_read(browser: Browser, shop, alice, size, scheme) -> None:
    context = signed_in(browser, shop, cast.olga(), size, scheme)
    heard: list[str] = []
    context.on("console", lambda message: message.type in {"error", "warning"} and heard.append(message.text))
    page, look = context.new_page(), f"knowing-{size['width']}-{scheme}"

    page.goto(f"{shop}/people/{alice.uid}/know/")
    expect(page.get_by_label("What it is about")).to_be_focused()
    looked_at(page, f"{look}-choose")
    for key, named in (("brews", "Brews with"), ("born", "Birthday"), ("new", "Something new")):
        page.get_by_label("What it is about").select_option(key)
        expect(page.get_by_role("button", name="Keep")).to_be_visible()
        looked_at(page, f"{look}-{key}")
        assert named
    page.get_by_role("button", name="Keep").click()
    expect(page.locator(".errorlist").first).to_be_visible()
    looked_at(page, f"{look}-wrong")

    page.goto(f"{shop}/people/{alice.uid}/know/?key=milk")
    page.locator("#id_value").select_option("soy milk")
    looked_at(page, f"{look}-milk")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("soy milk").first).to_be_visible()
    expect(page.get_by_text("Offers, News", exact=True)).to_be_visible()
    looked_at(page, f"{look}-person")
    assert Preference.objects.get(state="active").value == "soy milk"
    assert [text for text in heard if "status of 400" not in text] == []
    context.close()
