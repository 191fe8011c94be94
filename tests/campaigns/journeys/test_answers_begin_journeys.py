"""An answer of each kind begins a journey, on the real belts."""

import pytest

from campaigns.journeys.actions import create_journey, publish
from campaigns.journeys.models import Enrolment
from engage import listen, walk
from engage.lib import clock
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import published, sent_to, tap

pytestmark = pytest.mark.django_db

CHOICES = [{"no": 1, "label": "oat milk"}, {"no": 2, "label": "soy milk"}, {"no": 3, "label": "none"}]
KINDS = {
    "scale": ({"type": "nps"}, {"q": "6"}, {"q": "7"}, ("at_most", 6)),
    "several": ({"type": "several_of", "choices": CHOICES}, {"q": ["1", "3"]}, {"q": ["2"]}, ("contains", "oat milk")),
    "text contains": ({"type": "text"}, {"q": "It leaks a little"}, {"q": "Lovely"}, ("contains", "leaks")),
    "ranking": (
        {"type": "ranking", "choices": CHOICES},
        {"q-1": "1", "q-2": "2", "q-3": "3"},
        {"q-1": "3", "q-2": "2", "q-3": "1"},
        ("starts_with", "oat milk"),
    ),
    "one of": ({"type": "one_of", "choices": CHOICES}, {"q": "2"}, {"q": "1"}, ("is", "soy milk")),
    "yes or no": ({"type": "yes_no"}, {"q": "1"}, {"q": "2"}, ("is", "yes")),
    "number": ({"type": "number"}, {"q": "12"}, {"q": "3"}, ("at_least", 10)),
    "day": ({"type": "date"}, {"q": "2026-05-01"}, {"q": "2026-06-01"}, ("is", "2026-05-01")),
}


@pytest.mark.parametrize(("question", "fits", "other", "rule"), KINDS.values(), ids=KINDS.keys())
def test_an_answer_of_each_kind_begins_a_journey_and_another_does_not(client, alice, bob, question, fits, other, rule):
    published({"id": "q", "text": "Which?", **question})
    op, value = rule
    rules = [
        {"property": "survey", "op": "is", "value": "coffee"},
        {"property": "answer_q", "op": op, "value": value},
    ]
    steps = {"end": {"kind": "end", "reason": "Heard"}}
    draft = {"trigger": {"event": "Survey Answered", "rule": {"all": rules}}, "start": "end", "steps": steps}
    journey = create_journey(name="Heard", draft=draft, by="Max", at=clock.now())
    publish(journey, by="Max", at=clock.now())
    for person, said in ((alice, fits), (bob, other)):
        assert submit(client, tap(sent_to(person), question="", no=""), **said).status_code == 200
    listen.run()
    walk.run()
    assert [one.contact for one in Enrolment.objects.all()] == [alice]
    assert Enrolment.objects.get().reason == "Heard"
