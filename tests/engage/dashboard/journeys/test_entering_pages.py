"""Who begins a journey, and who does not, on the pages of the room."""

import pytest
from django.urls import reverse

from campaigns.journeys.actions import pause_journey
from campaigns.journeys.models import Enrolment, EntryDay
from crm.contacts.models import Import, Imported
from crm.lists import running
from engage.lib import clock
from tests import cast
from tests.campaigns.journeys.happenings import enrolled, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import scenario

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("max_")]

IN_BRITAIN = {"event": "Order Completed", "rule": {"field": "contact.country", "op": "is", "value": "GB"}}


def shown(client, name: str, *args, status: int = 200, **query) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


def test_the_page_of_a_journey_says_how_many_began_today_and_how_many_came_too_late(client):
    journey, now = live_journey(scenario(entry={"again": "never", "per_day": 1})), clock.now()
    assert "0 of 1" in shown(client, "journey", journey.uid)
    listen(ordered(cast.alice(), "m1", at=now), ordered(cast.bob(), "m2", at=now), at=now)
    page = shown(client, "journey", journey.uid)
    assert "1 of 1" in page
    assert "Today 1 did not begin" in page
    EntryDay.objects.all().delete()
    assert "did not begin" not in shown(client, "journey", journey.uid)


def begin(client, journey, person, **said):
    return client.post(reverse("begin_journey", args=[journey.uid]), {"person": person.uid, **said}, follow=True)


def test_a_colleague_chooses_a_person_sees_that_they_would_begin_and_lets_them(client):
    journey, person = live_journey(scenario(trigger=IN_BRITAIN)), cast.alice()
    assert reverse("begin_journey", args=[journey.uid]) in shown(client, "journey", journey.uid)
    assert f"?person={person.uid}" in shown(client, "begin_journey", journey.uid, q="alice")
    page = shown(client, "begin_journey", journey.uid, person=person.uid)
    assert "They would begin it" in page and "It has not happened to them yet: an order is placed." in page
    page = begin(client, journey, person).content.decode()
    assert "They begin now." in page and "Begun by hand by Max." in page
    page = shown(client, "begin_journey", journey.uid, person=person.uid)
    assert "They are on it now." in page and "How they walked it" in page
    assert "Begin with Alice" not in page


def test_who_is_not_meant_begins_only_with_a_clear_tick(client):
    journey, person = live_journey(scenario(trigger=IN_BRITAIN)), cast.bob()
    page = shown(client, "begin_journey", journey.uid, person=person.uid)
    assert "They are not one of the people for whom it is." in page and "not so" in page
    assert "its rule is not asked" in page
    assert "not one of the people" in begin(client, journey, person).content.decode()
    assert enrolled(journey) == []
    assert "They begin now." in begin(client, journey, person, whoever="1").content.decode()


def test_a_journey_for_each_order_asks_which(client):
    journey, person = live_journey(scenario(entry={"again": "never", "key": "order_id"})), cast.alice()
    assert "Which order_id" in shown(client, "begin_journey", journey.uid, person=person.uid)
    assert "say which" in begin(client, journey, person).content.decode()
    assert "too long" in begin(client, journey, person, thing="x" * 121).content.decode()
    begin(client, journey, person, thing="A1")
    assert enrolled(journey)[0].thing == "A1"


def test_a_paused_journey_is_begun_by_nobody(client):
    journey, person = live_journey(scenario()), cast.alice()
    pause_journey(journey, by="Max", at=cast.NOON)
    assert "It does not run now." in shown(client, "begin_journey", journey.uid, person=person.uid)
    assert "It does not run now." in begin(client, journey, person).content.decode()


def test_nobody_we_know_is_no_page(client):
    journey = live_journey(scenario())
    shown(client, "begin_journey", journey.uid, status=404, person="nonsense")
    assert client.post(reverse("begin_journey", args=[journey.uid]), {"person": "\x00"}).status_code == 404


def test_the_page_of_a_person_leads_to_all_journeys_that_run(client):
    person = cast.bob()
    live_journey(scenario(trigger=IN_BRITAIN), name="British")
    live_journey(scenario(), name="Everybody")
    assert reverse("person_journeys", args=[person.uid]) in shown(client, "person", person.uid)
    page = shown(client, "person_journeys", person.uid)
    assert "British" in page and "They are not one of the people for whom it is." in page
    assert "Everybody" in page and "may begin" in page


def act(client, person, **said):
    return client.post(reverse("act_on_people"), {"act": "begin", "who": [person.uid], **said}, follow=True)


def test_many_begin_from_the_list_of_people_and_it_can_be_undone(client):
    journey, person = live_journey(scenario(), name="Ask"), cast.alice()
    assert "leave it as if they had never begun" in act(client, person).content.decode()
    page = act(client, person, sure="1", journey=journey.uid).content.decode()
    assert "Began the journey “Ask”: 1 person." in page
    assert len(enrolled(journey)) == 1
    page = act(client, person, sure="1", journey=journey.uid).content.decode()
    assert "1 did not begin: they are on it now." in page


@pytest.mark.parametrize("said", [{"journey": "nonsense"}, {"journey": ""}, {"thing": "A1"}])
def test_what_is_not_understood_is_said_at_its_place(client, said):
    journey = live_journey(scenario())
    response = act(client, cast.alice(), sure="1", **({"journey": journey.uid} | said))
    assert response.status_code == 400
    assert not Enrolment.objects.exists()


def test_the_people_of_a_file_begin_only_where_somebody_says_so(client, max_):
    journey, came, other = live_journey(scenario(), name="Ask"), cast.alice(), cast.bob()
    job = Import.objects.create(name="fair.csv", digest="", state="done", by="Max", at=clock.now())
    Imported.objects.create(of=job, contact=came, recorded_for=came, line=2, new=True)
    assert "These people begin a journey" in shown(client, "one_import", job.uid)
    assert not Enrolment.objects.exists()
    url = reverse("act_on_people") + f"?file={job.uid}"
    page = client.post(url, {"act": "begin", "all": "1"}).content.decode()
    assert "The 1 person who fits:" in page and "Came with the file “fair.csv”" in page
    client.post(url, {"act": "begin", "all": "1", "sure": "1", "journey": journey.uid})
    running.run()
    assert [walk.contact for walk in enrolled(journey)] == [came]
    assert other.name not in shown(client, "people", file=str(job.uid))
    shown(client, "people", status=404, file="nonsense")


def test_agents_begin_nothing(client):
    journey, person = live_journey(scenario()), cast.alice()
    client.force_login(cast.ada())
    for name, args in [("begin_journey", [journey.uid]), ("person_journeys", [person.uid])]:
        assert client.get(reverse(name, args=args)).status_code == 403
    assert client.post(reverse("begin_journey", args=[journey.uid]), {"person": person.uid}).status_code == 403
    assert act(client, person, sure="1", journey=journey.uid).status_code == 403
    assert reverse("person_journeys", args=[person.uid]) not in shown(client, "person", person.uid)
