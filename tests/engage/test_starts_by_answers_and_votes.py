"""A changed answer begins nothing that an answer begins; a suggestion and a vote begin what asks for them."""

import re
from html import unescape

import pytest
from django.test import Client

from campaigns.journeys.models import Enrolment
from campaigns.surveys.limits.limiting import set_limits
from campaigns.surveys.limits.limits import parse_limits
from crm.events.models import Event
from crm.preferences.models import Preference
from crm.rules.parse import parse
from crm.segments.actions import create_segment
from crm.segments.queries import count
from engage import listen
from engage.lib import clock
from tests.campaigns.board.suggesting import suggested, voted
from tests.campaigns.surveys.pages import hidden, submit
from tests.campaigns.surveys.questions import MILK, STARS, published, sent_to, tap
from tests.cast import alice, bob, carol
from tests.engage.starts import begun, says, starts_on

pytestmark = pytest.mark.django_db


def changed(client: Client, url: str, **answers: object) -> None:
    """They follow *Answer again* and answer something else."""
    again = unescape(re.search(r'href="([^"]*change=1)"', client.get(url).content.decode())[1])
    form = hidden(client.get(again).content.decode())
    client.post("/s/coffee/", {"form": form, **{f"q-{id}": value for id, value in answers.items()}})
    listen.run()


def test_a_changed_answer_restarts_no_journey_and_memory_rules_and_groups_know_the_new_one(client):
    survey, person = published(MILK, STARS), alice()
    set_limits(survey=survey, limits=parse_limits({"changes": True}), by="Max", at=clock.now())
    each = {"entry": {"again": "always", "key": "response"}}
    thanks = starts_on("Survey Answered", **each)
    heard = starts_on("Survey Answer Changed", says("answer_milk", "soy milk"), **each)
    soy = {"did": "answer", "name": "coffee/milk", "where": [{"column": "answer", "op": "is", "value": "soy milk"}]}
    group = create_segment(name="Soy", rule=soy, by="Max", at=clock.now())
    joined = starts_on("Segment Entered", says("segment", str(group.uid)))
    link = tap(sent_to(person))
    submit(client, link, milk="1", taste="4")
    listen.run()
    assert (len(begun(thanks)), count(parse(soy), at=clock.now()), len(begun(joined))) == (1, 0, 0)
    changed(client, link, milk="2", taste="4")
    changed(client, link, milk="2", taste="5")
    assert len(begun(thanks)) == 1
    assert [said["answer_milk"] for said in begun(heard)] == ["soy milk"] * 2
    assert Preference.objects.get(contact=person, key__key="milk", state="active").value == "soy milk"
    assert count(parse(soy), at=clock.now()) == 1
    assert len(begun(joined)) == 1
    names = list(Event.objects.filter(name__startswith="Survey").order_by("at").values_list("name", flat=True))
    assert names == ["Survey Answered", "Survey Answer Changed", "Survey Answer Changed"]


def test_somebody_else_who_answers_the_same_survey_answers_it_for_the_first_time(client):
    survey = published(MILK)
    set_limits(survey=survey, limits=parse_limits({"changes": True, "once": "link"}), by="Max", at=clock.now())
    journey = starts_on("Survey Answered")
    for person in (alice(), bob()):
        submit(client, tap(sent_to(person)), milk="1")
    listen.run()
    assert len(begun(journey)) == 2


def test_another_link_of_theirs_where_each_answers_once_is_a_change_too(client):
    survey, person = published(MILK), alice()
    set_limits(survey=survey, limits=parse_limits({"changes": True, "once": "link"}), by="Max", at=clock.now())
    journey = starts_on("Survey Answered", entry={"again": "always", "key": "response"})
    submit(client, tap(sent_to(person)), milk="1")
    changed(client, tap(sent_to(person, occurrence="2")), milk="2")
    assert len(begun(journey)) == 1
    assert Event.objects.filter(name="Survey Answer Changed", contact=person).count() == 1


def test_a_suggestion_and_a_vote_begin_journeys_of_whoever_made_them():
    her, him = alice(), bob()
    made, votes = starts_on("Suggestion Made"), starts_on("Suggestion Voted", says("state", "new"))
    planned = starts_on("Suggestion Voted", says("state", "planned"))
    one = suggested(her, "Open on Sundays")
    voted(him, one)
    voted(him, one)
    listen.run()
    assert begun(made) == [{"suggestion": str(one.uid), "state": "new"}] == begun(votes)
    assert begun(planned) == []
    assert set(Enrolment.objects.values_list("journey", "contact__name")) == {
        (made.pk, "Alice Moreau"),
        (votes.pk, "Bob Stone"),
    }


def test_a_journey_may_begin_by_votes_for_what_is_called_so():
    sundays = {"did": "vote", "where": [{"column": "title", "op": "contains", "value": "Sundays"}]}
    journey = starts_on("Suggestion Voted", sundays)
    her = alice()
    voted(bob(), suggested(her, "Open on Sundays"))
    voted(carol(), suggested(her, "Tea in tins"))
    listen.run()
    assert list(Enrolment.objects.filter(journey=journey).values_list("contact__name", flat=True)) == ["Bob Stone"]


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ({"did": "suggestion"}, {"Alice Moreau"}),
        ({"did": "vote"}, {"Alice Moreau", "Bob Stone"}),
        ({"did": "vote", "where": [{"column": "state", "op": "is", "value": "planned"}]}, set()),
        ({"did": "event", "name": "Suggestion Voted"}, {"Bob Stone"}),
        ({"did": "event", "name": "Suggestion Made", "count": {"op": "at_least", "value": 2}}, set()),
    ],
)
def test_rules_and_groups_read_the_board(rule, found):
    group = create_segment(name="Board", rule=rule, by="Max", at=clock.now())
    joined = starts_on("Segment Entered", says("segment", str(group.uid)))
    voted(bob(), suggested(alice(), "Open on Sundays"))
    listen.run()
    assert count(parse(rule), at=clock.now()) == len(found)
    assert set(Enrolment.objects.filter(journey=joined).values_list("contact__name", flat=True)) == found
