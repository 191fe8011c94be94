"""Where a survey appears, as it is seen in the dashboard and tried on an example page."""

import pytest
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import Browser, expect

from campaigns.surveys.models import Response, Seen
from crm.business.actions import create_key
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.embeds.places import placed
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import published
from tests.campaigns.surveys.sign_ups import sign_up_form
from tests.engage.chat.test_chat_in_a_browser import OPEN_SHADOW
from tests.engage.dashboard.looking import LOOKS, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_its_pages_are_seen_and_each_place_is_tried_without_counting(live_server, browser: Browser, client) -> None:
    survey, form, now, person = published(), sign_up_form(), clock.now(), cast.max_()
    create_key(kind="site", name="Website")
    shapes = [placed(survey, "inline"), placed(survey, "popup", paths=["/tea/*"]), placed(survey, "slide", on=False)]
    placed(form, "slide", when="scroll", amount=60)
    submit(client, "/s/coffee/?o=qr-counter", milk=1)
    Seen.objects.create(survey=survey, origin="popup", day=now.date(), shown=40, begun=12)
    pages = {
        "places": reverse("survey_places", args=[survey.uid]),
        "places-of-form": reverse("survey_places", args=[form.uid]),
        "place": reverse("new_place", args=[survey.uid, "popup"]),
        "share": reverse("share_survey", args=[survey.uid]) + "?o=qr-counter",
        "print": reverse("print_survey", args=[form.uid]) + "?o=qr-counter",
    }
    with override_settings(PUBLIC_URL=live_server.url):
        for size, scheme in (LOOKS[0], LOOKS[-1]):
            context = signed_in(browser, live_server.url, person, size, scheme)
            context.add_init_script(OPEN_SHADOW)
            page = context.new_page()
            for name, path in pages.items():
                page.goto(live_server.url + path)
                looked_at(page, f"survey-{name}-{size['width']}-{scheme}")
            for place in shapes:
                page.goto(live_server.url + reverse("try_place", args=[survey.uid, place.uid]))
                frame = page.frame_locator("iframe")
                expect(frame.get_by_role("radio", name="oat milk")).to_be_visible()
                looked_at(page, f"survey-try-{place.shape}-{size['width']}")
            assert page.evaluate("localStorage.length") == 0
            frame.get_by_role("radio", name="oat milk").check()
            frame.get_by_role("button", name="Send").click()
            expect(frame.get_by_text("This was a preview. Nothing was kept.")).to_be_visible()
            if size == PHONE:
                page.get_by_role("button", name="Close").click()
                expect(page.get_by_role("dialog")).to_have_count(0)
            context.close()
    assert Response.objects.count() == 1
