"""The pages about who begins a journey, as they are seen."""

from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.journeys.actions import pause_journey
from campaigns.journeys.brake import BRAKE
from campaigns.journeys.models import Brake
from crm.contacts.models import Topic
from engage import walk
from engage.lib import clock
from tests import cast
from tests.campaigns.journeys.happenings import Happening, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import letter, scenario
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

BIG = {"property": "total", "op": "at_least", "value": 50}
IN_BRITAIN = {"field": "contact.country", "op": "is", "value": "GB"}


def test_why_not_and_the_button_are_seen_on_a_phone_too(live_server, collected_static, browser):
    rule = {"event": "Order Completed", "rule": {"all": [BIG, IN_BRITAIN]}}
    marketing = letter("An offer", next="pause") | {"class": "marketing", "topic": "offers"}
    keyed = {"again": "never", "key": "order_id", "per_day": 50}
    Topic.objects.create(key="offers", label="Offers")
    journey = live_journey(scenario(trigger=rule, entry=keyed, steps={"ask": marketing}))
    person, user = cast.bob(), cast.max_()
    listen(Happening(person.pk, properties={"total": 80, "order_id": "A1"}, history=True))
    for size, scheme in [(DESKTOP, "light"), (PHONE, "dark")]:
        context = signed_in(browser, live_server.url, user, size, scheme)
        page = context.new_page()
        page.goto(live_server.url + reverse("begin_journey", args=[journey.uid]) + f"?person={person.uid}")
        looked_at(page, f"begin-{size['width']}")
        page.goto(live_server.url + reverse("person_journeys", args=[person.uid]))
        looked_at(page, f"of-person-{size['width']}")
        context.close()
    context = signed_in(browser, live_server.url, user, DESKTOP, "light")
    page = context.new_page()
    page.goto(live_server.url + reverse("begin_journey", args=[journey.uid]) + f"?person={person.uid}")
    page.get_by_label("They begin it all the same").check()
    page.get_by_role("button", name="Begin with").click()
    page.get_by_text("Begun by hand by Max").wait_for()
    looked_at(page, "walk-by-hand")
    context.close()


def test_what_becomes_of_those_who_wait_is_asked_on_a_phone_too(live_server, collected_static, browser):
    journey, user, now = live_journey(scenario()), cast.max_(), clock.now()
    listen(ordered(cast.alice(), at=now), at=now)
    walk.run()
    Brake.objects.update_or_create(
        journey=journey, defaults={"since": now, "until": now, "sent": 500, "tripped": now, "why": "hour"}
    )
    pause_journey(journey, by=BRAKE, at=now - timedelta(days=2))
    for size, scheme in [(DESKTOP, "light"), (PHONE, "dark")]:
        context = signed_in(browser, live_server.url, user, size, scheme)
        page = context.new_page()
        page.goto(live_server.url + reverse("resume_journey", args=[journey.uid]))
        looked_at(page, f"resume-{size['width']}")
        page.goto(live_server.url + reverse("journey", args=[journey.uid]))
        looked_at(page, f"braked-{size['width']}")
        context.close()
    context = signed_in(browser, live_server.url, user, DESKTOP, "light")
    page = context.new_page()
    page.goto(live_server.url + reverse("resume_journey", args=[journey.uid]))
    page.get_by_label("Nobody's wait counts the pause").check()
    page.get_by_label("Yes, that is right").check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("On again.").wait_for()
    context.close()
