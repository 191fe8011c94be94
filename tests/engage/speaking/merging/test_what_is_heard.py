"""A click or an answer is heard of the message that it belongs to, also where that went inside another."""

from datetime import timedelta

import pytest

from campaigns.journeys.asking import holds
from crm.dialogue.actions import say
from crm.dialogue.models import Message, Report
from crm.rules import parse
from engage import speak, walk
from engage.memory import clicks
from tests.campaigns.journeys.happenings import Happening, enrolled, listen, live_journey, ordered
from tests.engage.speaking.merging.held import MORNING, NIGHT, Time, fates, held_at_night, step

pytestmark = pytest.mark.django_db


def test_clicks_and_answers_are_told_of_the_message_that_they_belong_to(alice, topic):
    first, second = held_at_night(alice, topic, "Cart https://one.test", "Tea https://two.test")
    speak.run()
    first.refresh_from_db()
    second.refresh_from_db()

    assert clicks.target(first, 0) == "https://one.test"
    assert clicks.target(first, 1) is None
    assert clicks.target(second, 0) == "https://two.test"
    clicks.clicked(message=second, number=0, url="https://two.test", sign="", at=MORNING)
    assert Report.objects.get().message == second.uid
    Message.objects.filter(pk=second.pk).update(clicked=MORNING)
    say(contact=alice, text="Yes please", channel="email", about=first, at=MORNING)
    for name, clicked in (("tea", True), ("cart", False)):
        rule = parse({"did": "clicked", "where": [{"column": "origin", "op": "is", "value": f"journey:x:{name}"}]})
        assert holds([(rule, alice.pk)], at=MORNING) == [clicked]
    for origin in ("journey:x:tea", "journey:x:cart"):
        rule = parse({"did": "replied", "where": [{"column": "origin", "op": "is", "value": origin}]})
        assert holds([(rule, alice.pk)], at=MORNING) == [True]


def test_a_walk_whose_message_went_inside_another_hears_of_the_click_on_it(alice):
    def written(subject: str) -> dict:
        of_it = {"property": "origin", "op": "contains", "value": subject.lower()}
        design = {"subject": subject, "body": f"See https://{subject.lower()}.test"}
        exits = [{"event": "Message Clicked", "rule": of_it, "next": "clicked"}]
        steps = {
            subject.lower(): {"kind": "send", "design": design, "topic": "offers", "on_hold": "merge", "next": "wait"},
            "wait": {"kind": "wait", "for": {"days": 2}, "exits": exits, "next": "nothing"},
            "clicked": {"kind": "end", "reason": "Clicked"},
            "nothing": {"kind": "end", "reason": "Nothing"},
        }
        return {"trigger": {"event": "Order Completed"}, "start": subject.lower(), "steps": steps}

    journeys = [live_journey(written(subject), name=subject) for subject in ("Cart", "Tea")]
    listen(ordered(alice, at=NIGHT), at=NIGHT)
    walk.run()
    step()
    Time.now = MORNING
    speak.run()
    first, second = Message.objects.order_by("at", "pk")
    assert fates(first, second) == [("kept", ""), ("withheld", "merged")]

    Time.now = MORNING + timedelta(minutes=2)
    clicked = {"message": str(second.uid), "origin": second.origin, "link": 0}
    listen(Happening(alice.pk, "Message Clicked", Time.now, "c1", properties=clicked), at=Time.now)
    walk.run()
    ended = {journey.name: enrolled(journey)[0].reason for journey in journeys}
    assert ended == {second.subject: "Clicked", first.subject: ""}
