"""What leads out of a journey, and what is said before it goes live, as it is seen: by day and night, on a phone."""

import urllib.request

import pytest
from playwright.sync_api import Browser

from campaigns.channels.webhook.secrets import make_secret
from campaigns.journeys.actions import create_journey
from campaigns.journeys.models import DueWebhook, Webhook
from crm.business import actions
from engage import walk
from engage.lib import clock
from tests import cast
from tests.campaigns.journeys.happenings import listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import scenario
from tests.engage.dashboard.looking import LOOKS, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

TELL = {
    "kind": "webhook",
    "url": "https://hooks.quaylane.test/a/rather/long/path/to/where/orders/are/noted",
    "next": "bye",
}
CALL = {"kind": "task", "task": "call", "text": "Ask how it went", "within": {"hours": 2}, "next": "tell"}


@pytest.fixture
def shop(live_server, collected_static: None) -> str:
    actions.update_business(by="test", at=clock.now(), name="Quay Lane")
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    return live_server.url


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_webhooks_and_warnings_can_be_read(browser: Browser, shop, size, scheme) -> None:
    make_secret(by="Olga", at=clock.now())
    first = {"start": "tell", "steps": {"tell": TELL, "bye": {"kind": "end", "reason": "Told"}}}
    told = live_journey({**scenario(), **first}, "Tell the till")
    listen(ordered(cast.alice(), at=clock.now()), at=clock.now())
    walk.run()
    Webhook.objects.update(state="failed", reason="refused", status=503, settled=clock.now())
    DueWebhook.objects.all().delete()
    late = {**CALL, "assignee": "gone@team.example", "escalate": {"after": {"hours": 1}}}
    steps = {"thank": {**late, "next": "join"}, "join": {"kind": "join", "journey": str(told.uid), "next": "tell"}}
    draft = create_journey(name="Draft", draft=scenario(steps=steps | {"tell": TELL}), by="Max", at=clock.now())

    context = signed_in(browser, shop, cast.olga(), size, scheme)
    page, look = context.new_page(), f"outward-{size['width']}-{scheme}"
    for name, path in {
        "failed": "journeys/webhooks/",
        "walk": f"journeys/{told.uid}/people/{told.enrolments.get().uid}/",
        "developer": "settings/developer/",
        "flow": f"journeys/{draft.uid}/flow/tell/",
        "task": f"journeys/{draft.uid}/flow/thank/",
        "publish": f"journeys/{draft.uid}/publish/",
    }.items():
        page.goto(f"{shop}/{path}")
        looked_at(page, f"{look}-{name}")
    context.close()
