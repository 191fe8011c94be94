"""The sender's domain, the sender that is refused, and the do-not-write list: by day and night, on a phone."""

import urllib.request
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from campaigns.channels.email.domain import watching
from crm.business.actions import update_business
from crm.contacts.actions import CameBack, suppress, suppress_returned
from crm.dialogue.actions import stop_sender
from engage.dashboard.settings import sending_domain
from engage.lib import clock
from tests import cast
from tests.engage.dashboard.looking import LOOKS, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


class NoNames:
    """Name servers that know of nothing."""

    def txt(self, name: str) -> list[str]:
        return []

    mx = addresses = names_of = txt


@pytest.fixture
def shop(live_server, collected_static: None, settings, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(sending_domain, "Resolver", NoNames)
    settings.MAIL_SERVER = {"BACKEND": watching.SMTP_BACKEND, "OPTIONS": {"host": "mail.shop.test", "port": 25}}
    settings.INBOUND_DOMAIN = "in.shop.test"
    at = clock.now()
    sender = {"sender_name": "Olga", "sender_email": "olga@shop.test", "postal_address": "4 Quay Lane"}
    update_business(by="test", at=at, name="Quay Lane", live=True, **sender)
    stop_sender(cause="blocklist", words="554 5.7.1 blocked using dnsbl.sorbs.net", sent=None, at=at)
    suppress(address="alice@shop.example", reason="complaint", by="mail servers", at=at)
    while_ = CameBack("bob.with.a.rather.long.address@customers.shop.example", "soft", "", at + timedelta(days=14))
    suppress_returned([while_, CameBack("c@shop.example", "bounce", "550 5.1.1 User unknown")], by="servers", at=at)
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    return live_server.url


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_records_to_copy_a_refusal_and_the_list_are_seen(browser: Browser, shop, size, scheme) -> None:
    context = signed_in(browser, shop, cast.olga(), size, scheme)
    page = context.new_page()
    page.goto(f"{shop}/settings/sending/")
    expect(page.get_by_text("v=spf1 a:mail.shop.test ~all")).to_be_visible()
    looked_at(page, f"sending-{size['width']}-{scheme}")
    page.get_by_role("button", name="Sign our mail").click()
    expect(page.get_by_text("v=DKIM1; k=rsa")).to_be_visible()
    page.get_by_role("button", name="It is mended: go on").click()
    expect(page.get_by_role("heading", name="Mail servers refuse")).to_have_count(0)
    looked_at(page, f"sending-signed-{size['width']}-{scheme}")
    page.get_by_role("link", name="The do-not-write list").click()
    expect(page.get_by_text("marked as spam")).to_be_visible()
    looked_at(page, f"do-not-write-{size['width']}-{scheme}")
    context.close()
